-- A mail is kept as what it says (kind, language, facts); its words, its picture and its files are made when it is sent.
-- Mail that waits from before keeps the words it was written with, as the kind `written`.
alter table outbox
    add column kind text not null default 'written' check (kind ~ '^[a-z][a-z0-9_]*$'),
    add column mail_class text not null default 'transactional' check (mail_class in ('transactional', 'marketing')),
    -- null: nobody knows the reader's language, so the mail says it in both
    add column language text check (language in ('th', 'en')),
    -- wiped when the mail is sent: they hold links and names
    add column facts jsonb;
update outbox set facts = jsonb_build_object('subject', subject, 'body', body) where body is not null;
alter table outbox drop column subject, drop column body, alter column kind drop default;
