-- Keys that lists of several systems give to several customers, each with each of them; a customer's name is a key of its own.
with named as (
    select customer_key, customer from raw_customer_keys
    union
    select customer as customer_key, customer from raw_customer_keys
),

shared as (
    select customer_key
    from named
    group by customer_key
    having min(customer) <> max(customer)
)

select named.customer_key, named.customer
from named
inner join shared on shared.customer_key = named.customer_key
