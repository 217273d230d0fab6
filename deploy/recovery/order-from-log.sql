-- Completes order's books from the topic order, after an older backup was restored. Run it before
-- order is started again, in the session that filled the table `log`: see "Postgres is older than
-- the log" in deploy/OPERATIONS.md.
begin;

create temporary table logged as
select distinct
  (line::jsonb ->> 'orderId')::bigint as order_id,
  line::jsonb ->> 'account' as account,
  (line::jsonb ->> 'amount')::bigint as amount,
  line::jsonb ->> 'hash' as hash
from log;

-- A number that means something else here was given after the backup was restored: stop.
do $$
begin
  if exists (
    select from logged join orders using (order_id)
    where (logged.account, logged.hash, logged.amount) <> (orders.account, orders.hash, orders.amount)
  ) then
    raise exception 'order has accepted orders since the backup was restored';
  end if;
end $$;

-- They are pending, so the sweeper sends them again, and billing answers from its journal.
insert into orders (order_id, account, amount, hash)
overriding system value
select order_id, account, amount, hash from logged
where not exists (select from orders where orders.order_id = logged.order_id)
order by order_id;

select setval(pg_get_serial_sequence('orders', 'order_id'), greatest(max(order_id), 1)) from orders;

commit;
