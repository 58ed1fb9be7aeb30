-- Whose mail it is, where that is known: an organisation sees what of its mail did not arrive.
alter table outbox add column organisation_id uuid references organisation;
-- withheld: news that its reader no longer wanted when it was about to be sent
alter table outbox drop constraint outbox_state_check,
    add constraint outbox_state_check check (state in ('waiting', 'sent', 'dead', 'withheld'));
create index outbox_problem on outbox (organisation_id, id) where state = 'dead' or (state = 'waiting' and last_error is not null);
create index outbox_news on outbox (organisation_id) where mail_class = 'marketing';

-- the worker takes links that somebody waits for before everything else (messages.lease has the same order)
create index outbox_first on outbox ((kind not in ('sign_in', 'confirm')), due_at) where state = 'waiting';
drop index outbox_due;
