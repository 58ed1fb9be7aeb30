import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";
import { useStage, useWords } from "./stage.ts";

/** A native dialog from the bottom edge: it holds the focus, Escape closes it, and the focus returns. */
export function Dialog(props: {
  title: string;
  onClose: () => void;
  bright?: boolean;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const words = useWords();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    shown?.querySelector<HTMLElement>("input:not([type=radio], [type=checkbox])")?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={props.bright ? "bright" : undefined}
      aria-labelledby={title}
      // said of one that is gone already, it would close the next
      onClose={() => dialog.current && props.onClose()}
    >
      <header>
        <h2 id={title}>{props.title}</h2>
        <IconButton icon="cross" label={words.close} onClick={props.onClose} />
      </header>
      {props.children}
    </dialog>
  );
}

export function IconButton(props: {
  icon: IconName;
  label: string;
  onClick: () => void;
  pressed?: boolean;
  worded?: boolean;
}) {
  return (
    <button
      type="button"
      class={props.worded ? "tool worded" : "tool"}
      aria-label={props.label}
      title={props.worded ? undefined : props.label}
      aria-pressed={props.pressed}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
      {props.worded && <span>{props.label}</span>}
    </button>
  );
}

/** A page that is read, not scanned on: its heading takes the focus when it opens. */
export function Page(props: {
  title: string;
  back?: () => void;
  foot?: ComponentChildren;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const words = useWords();
  useEffect(() => heading.current?.focus(), []);
  return (
    <main class="page">
      <header class="title">
        {props.back && <IconButton icon="back" label={words.back} onClick={props.back} />}
        <h1 ref={heading} tabIndex={-1}>
          {props.title}
        </h1>
      </header>
      <div class="body">{props.children}</div>
      {props.foot && <div class="foot">{props.foot}</div>}
    </main>
  );
}

/** A sentence that says what went wrong, told at once to a screen reader. */
export function Wrong({ children }: { children: ComponentChildren }) {
  return (
    <p class="wrong" role="alert">
      {children}
    </p>
  );
}

export function LanguageButton() {
  const { app } = useStage();
  const words = useWords();
  const other = app.language.value === "th" ? "en" : "th";
  return (
    <button type="button" class="quiet" lang={other} onClick={() => app.setLanguage(other)}>
      {words.otherLanguage}
    </button>
  );
}
