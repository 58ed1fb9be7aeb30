-- What an organiser asks beyond the card: of what kind the answer is, out of which options, and after which other answer.

alter table event_field
    add column kind text not null default 'text' check (kind in ('text', 'long_text', 'choice', 'multiple', 'number', 'date')),
    -- [{"value": …, "th": …, "en": …}] in the order in which they are offered
    add column options jsonb not null default '[]' check (jsonb_typeof(options) = 'array'),
    -- {"field": a question that stands before, "any_of": [its values]}
    add column shown_if jsonb check (jsonb_typeof(shown_if) = 'object'),
    add constraint event_field_card_is_plain
        check (field like 'custom\_%' or (kind = 'text' and shown_if is null)),
    add constraint event_field_options_where_chosen
        check ((kind in ('choice', 'multiple')) = (jsonb_array_length(options) > 0));

-- until now a text could have several lines, and answers may hold them
update event_field set kind = 'long_text' where field like 'custom\_%';
