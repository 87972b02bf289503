-- One row per key (phone, e-mail, account) with the customer it belongs to.
select customer_key, min(customer) as customer
from raw_customer_keys
group by customer_key
