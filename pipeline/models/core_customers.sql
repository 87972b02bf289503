-- One row per key (phone, e-mail, account) with the customer it belongs to. Lists of several systems call one person by several names:
-- names that share a key are one customer, by the least of them. Each round joins what is one key further away; three are enough for
-- the lists of four systems.
with keys_0 as (
    select customer_key, min(customer) as least from core_customer_names group by customer_key
),

names_1 as (
    select named.customer, min(keys_0.least) as least
    from core_customer_names as named
    inner join keys_0 on keys_0.customer_key = named.customer_key
    group by named.customer
),

keys_1 as (
    select named.customer_key, min(names_1.least) as least
    from core_customer_names as named
    inner join names_1 on names_1.customer = named.customer
    group by named.customer_key
),

names_2 as (
    select named.customer, min(keys_1.least) as least
    from core_customer_names as named
    inner join keys_1 on keys_1.customer_key = named.customer_key
    group by named.customer
),

keys_2 as (
    select named.customer_key, min(names_2.least) as least
    from core_customer_names as named
    inner join names_2 on names_2.customer = named.customer
    group by named.customer_key
),

names_3 as (
    select named.customer, min(keys_2.least) as least
    from core_customer_names as named
    inner join keys_2 on keys_2.customer_key = named.customer_key
    group by named.customer
)

select everyone.customer_key, min(coalesce(names_3.least, everyone.customer)) as customer
from raw_customer_keys as everyone
left join names_3 on names_3.customer = everyone.customer
group by everyone.customer_key
union all
select names_3.customer as customer_key, names_3.least as customer
from names_3
left join raw_customer_keys as known on known.customer_key = names_3.customer
where known.customer_key is null
