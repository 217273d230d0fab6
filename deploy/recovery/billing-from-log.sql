-- Completes billing's books from the topic bankTransaction, after an older backup was restored.
-- Run it before billing is started again, in the session that filled the table `log`:
-- see "Postgres is older than the log" in deploy/OPERATIONS.md.
begin;

create temporary table logged as
select distinct
  line::jsonb ->> 'account' as account,
  (line::jsonb ->> 'sequence')::bigint as sequence,
  line::jsonb ->> 'type' as type,
  line::jsonb ->> 'hash' as hash,
  (line::jsonb ->> 'orderId')::bigint as order_id,
  (line::jsonb ->> 'amount')::bigint as amount
from log;

-- The currency of an account is not in the log; all but RUB have to be set by hand afterwards.
insert into accounts (account) select distinct account from logged on conflict do nothing;

-- A number that means something else here was given after the backup was restored: stop.
do $$
begin
  if exists (
    select from logged join transactions using (account, sequence)
    where (logged.type, logged.hash, logged.amount) <> (transactions.type, transactions.hash, transactions.amount)
  ) then
    raise exception 'billing has accepted transactions since the backup was restored';
  end if;
end $$;

insert into transactions (account, sequence, type, hash, order_id, amount)
select account, sequence, type, hash, order_id, amount from logged
where not exists (
  select from transactions known
  where known.account = logged.account and known.sequence = logged.sequence)
order by sequence;

update accounts set last_sequence = counted.last, deposited = counted.deposited
from (
  select account, max(sequence) as last,
         coalesce(sum(amount) filter (where type = 'deposit'), 0) as deposited
  from transactions where sequence is not null group by account
) as counted
where counted.account = accounts.account and accounts.last_sequence < counted.last;

-- What they stand for is read from the log again.
truncate balances, journal, checkpoints, sweeps;

commit;
