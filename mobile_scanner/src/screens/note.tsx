import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useId, useState } from "preact/hooks";
import { LONGEST_ANSWER, LONGEST_NOTE } from "../core/note.ts";
import type { Card, Note, Question, Trouble } from "../model/types.ts";
import { inLanguage, troubleIn } from "../words/index.ts";
import { Icon } from "./icons.tsx";
import { Dialog, IconButton, Wrong } from "./parts.tsx";
import { useStage, useWords, type Writing } from "./stage.ts";

const PAUSE_MILLISECONDS = 1000;
const RATINGS = [1, 2, 3] as const;
const EMPTY: Note = { rating: null, answers: {}, note: "" };

/**
 * The sheet of the lead in view. It lies where the result lay and leaves the camera running: when the
 * next badge is read it goes, and what was written is kept.
 */
export function LeadSheet({ lead }: { lead: Writing }) {
  const { app, writing, written, notice } = useStage();
  const words = useWords();
  const [before] = useState(() => {
    const last = written.peek();
    return last?.scan === lead.scan ? last.note : EMPTY;
  });
  const draft = useSignal<Note>(before);
  const kept = useSignal<Note>(draft.peek());
  const trouble = useSignal<Trouble | null>(null);

  const keep = async () => {
    const note = draft.peek();
    if (note === kept.peek()) return;
    written.value = { scan: lead.scan, note };
    trouble.value = await app.keepNote(lead.scan, note);
    if (trouble.value === null) kept.value = note;
  };
  const keepAndSay = async () => {
    if (draft.peek() === before) return;
    await keep();
    notice.value = trouble.value ? troubleIn(words, trouble.value) : words.noteKept;
  };
  const note = draft.value;
  useEffect(() => {
    // kept while it is written: a phone that locks or dies takes at most the last words with it
    const timer = setTimeout(() => void keep(), PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [note]);
  useEffect(() => {
    return () => void keepAndSay();
  }, []);
  const close = () => {
    writing.value = null;
  };
  const save = async (event: Event) => {
    event.preventDefault();
    await keep();
    if (trouble.value === null) close();
  };
  return (
    <section class="panel sheet" aria-label={words.noteTitle}>
      <header>
        <h2>{lead.card?.name ?? lead.card?.company ?? words.noteTitle}</h2>
        <IconButton icon="cross" label={words.close} onClick={close} />
      </header>
      <NoteForm scan={lead.scan} draft={draft} trouble={trouble.value} save={save} />
    </section>
  );
}

function NoteForm(props: {
  scan: string;
  draft: Signal<Note>;
  trouble: Trouble | null;
  save: (event: Event) => Promise<void>;
}) {
  const { app } = useStage();
  const words = useWords();
  const { draft } = props;
  const field = useId();
  const change = (part: Partial<Note>) => {
    draft.value = { ...draft.value, ...part };
  };
  const labels = { 1: words.ratingLow, 2: words.ratingMedium, 3: words.ratingHigh };
  const { rating, answers, note } = draft.value;
  return (
    <form class="note" onSubmit={(event) => void props.save(event)}>
      <div class="fields">
        <fieldset>
          <legend>{words.rating}</legend>
          <div class="segments">
            {RATINGS.map((value) => (
              <button
                type="button"
                class="quiet"
                key={value}
                aria-pressed={rating === value}
                onClick={() => change({ rating: rating === value ? null : value })}
              >
                {labels[value]}
              </button>
            ))}
          </div>
        </fieldset>
        {app.phone.value?.questions.map((question) => (
          <Asked
            key={question.id}
            question={question}
            answer={answers[question.id]}
            onAnswer={(answer) => {
              const { [question.id]: _, ...others } = answers;
              change({ answers: answer.length ? { ...others, [question.id]: answer } : others });
            }}
          />
        ))}
        <label for={field}>{words.note}</label>
        <p id={`${field}-hint`} class="soft">
          <Icon name="people" />
          {words.noteReminder}
          {note.length > LONGEST_NOTE - 200 && ` ${words.noteLeft(LONGEST_NOTE - note.length)}`}
        </p>
        <textarea
          id={field}
          rows={3}
          maxLength={LONGEST_NOTE}
          aria-describedby={`${field}-hint`}
          value={note}
          onInput={(event) => change({ note: event.currentTarget.value })}
        />
        {app.specialNotes.value.includes(props.scan) && (
          <p class="box later">
            <Icon name="warning" />
            <span>{words.noteSpecial}</span>
          </p>
        )}
      </div>
      {props.trouble && <Wrong>{troubleIn(words, props.trouble)}</Wrong>}
      <button type="submit">{words.save}</button>
    </form>
  );
}

type Answer = string | readonly string[];

function Asked(props: {
  question: Question;
  answer: Answer | undefined;
  onAnswer: (answer: Answer) => void;
}) {
  const { app } = useStage();
  const words = useWords();
  const { question, answer, onAnswer } = props;
  const language = app.language.value;
  const id = useId();
  const wording = inLanguage(question.wording, language);
  if (question.kind === "text")
    return (
      <>
        <label for={id}>{wording}</label>
        <input
          id={id}
          maxLength={LONGEST_ANSWER}
          value={typeof answer === "string" ? answer : ""}
          onInput={(event) => onAnswer(event.currentTarget.value)}
        />
      </>
    );
  const options: readonly { id: string; says: string }[] =
    "options" in question
      ? question.options.map(({ id, words }) => ({ id, says: inLanguage(words, language) }))
      : [
          { id: "yes", says: words.yes },
          { id: "no", says: words.no },
        ];
  const chosen = typeof answer === "string" ? [answer] : (answer ?? []);
  const choose = (option: string, on: boolean) => {
    if (question.kind !== "multiple") onAnswer(option);
    else onAnswer(on ? [...chosen, option] : chosen.filter((one) => one !== option));
  };
  return (
    <fieldset>
      <legend>{wording}</legend>
      {options.map((option) => (
        <label class="option" key={option.id}>
          <input
            type={question.kind === "multiple" ? "checkbox" : "radio"}
            name={id}
            checked={chosen.includes(option.id)}
            onChange={(event) => choose(option.id, event.currentTarget.checked)}
          />
          <span>{option.says}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** A lead of the history: fetched anew each time, for what may be shown is decided at that moment. */
export function OldLead(props: { scan: string; hasNote: boolean; onClose: () => void }) {
  const { app, notice } = useStage();
  const words = useWords();
  const looked = useSignal<{ card: Card | null; note: Note | null } | Trouble | null>(null);
  const draft = useSignal<Note>(EMPTY);
  const trouble = useSignal<Trouble | null>(null);
  useEffect(() => {
    void app.lookAt(props.scan).then((answer) => {
      looked.value = answer;
      if (typeof answer !== "string" && answer.note) draft.value = answer.note;
    });
  }, []);
  const save = async (event: Event) => {
    event.preventDefault();
    trouble.value = await app.keepNote(props.scan, draft.peek());
    if (trouble.value !== null) return;
    notice.value = words.noteKept;
    props.onClose();
  };
  const answer = looked.value;
  // without a network an older note cannot be shown, and writing would replace it unseen
  const writable =
    typeof answer === "string" ? answer === "offline" && !props.hasNote : answer?.card;
  return (
    <Dialog title={words.noteTitle} onClose={props.onClose}>
      {answer === null && <p role="status">{words.noteLooking}</p>}
      {answer === "offline" && (
        <p role="status">{props.hasNote ? words.noteOffline : words.noteNoName}</p>
      )}
      {typeof answer === "string" && answer !== "offline" && (
        <Wrong>{troubleIn(words, answer)}</Wrong>
      )}
      {answer && typeof answer !== "string" && <CardFacts card={answer.card} />}
      {writable && <NoteForm scan={props.scan} draft={draft} trouble={trouble.value} save={save} />}
    </Dialog>
  );
}

function CardFacts({ card }: { card: Card | null }) {
  const words = useWords();
  if (!card) return <p role="status">{words.noteNoCard}</p>;
  const { name, jobTitle, company, address, country, phone, email } = card;
  const lines = [company, jobTitle, phone, email, address, country].filter(Boolean);
  return (
    <div class="card" role="status">
      <p class="big">{name ?? words.nameNotShared}</p>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
