// What a browser with script adds to the pages; every page works without it.

// the event's start on the visitor's own clock, where that differs
for (const place of document.querySelectorAll("[data-yours]")) {
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const starts = new Date(place.dataset.starts);
  const on = (zone) => new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "short", timeZone: zone }).format(starts);
  if (mine && on(mine) !== on(place.dataset.zone)) {
    const said = new Intl.DateTimeFormat(document.documentElement.lang, {
      weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
    }).format(starts);
    place.textContent = place.dataset.yours.replace("{}", said);
    place.hidden = false;
  }
}

// what went wrong is read out, and is where one goes on
document.querySelector("[data-focus]")?.focus();

// a question that hangs on another one shows when that is answered so; hidden it is not sent
const conditional = [...document.querySelectorAll("[data-shown-if]")];
function askWhatIsAsked() {
  for (const place of conditional) {
    const form = place.closest("form");
    const answers = new FormData(form).getAll(place.dataset.shownIf);
    const asked = place.dataset.anyOf.split(" ").some((value) => answers.includes(value));
    place.hidden = !asked;
    for (const control of place.querySelectorAll("input, select, textarea")) control.disabled = !asked;
  }
}
if (conditional.length) {
  document.addEventListener("change", askWhatIsAsked);
  askWhatIsAsked();
}

// choices are offered to people who are of age where they live; the server asks again
const choices = document.querySelector("[data-choices]");
if (choices) {
  const form = choices.closest("form");
  const europe = choices.dataset.choices.split(" ");
  const offer = () => {
    const said = new FormData(form);
    const [band, home] = [said.get("age_band"), said.get("residence")];
    const alone = form.querySelector("[data-age]");
    alone.hidden = band !== "16-19" || europe.includes(home);
    const ofAge = band === "20+" || (band === "16-19" && (europe.includes(home) || said.get("emancipated") === "yes"));
    choices.hidden = !ofAge && band !== "";
    form.querySelector("[data-when-under-age]").hidden = ofAge || band === "";
    if (!ofAge && band !== "") for (const box of choices.querySelectorAll("input")) box.checked = false;
  };
  form.addEventListener("change", offer);
  offer();
}

// the shortcut ticks each sponsor's own box, where the visitor sees it
for (const shortcut of document.querySelectorAll("[data-tick-all]")) {
  shortcut.addEventListener("click", (event) => {
    event.preventDefault();
    for (const box of shortcut.closest("form").querySelectorAll(`input[name="consent"][value^="${shortcut.dataset.tickAll}:"]`)) box.checked = true;
  });
}

// pressing twice sends once
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}

// one more row like the last, empty; without script the server gives some
for (const button of document.querySelectorAll("[data-more]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    // Enter in a field presses the first button of a form; there it means the one that saves
    if (!event.detail && document.activeElement !== button) return button.form.requestSubmit(button.form.querySelector("button:not([name])"));
    const rows = button.parentElement.querySelectorAll(button.dataset.more);
    const row = rows[rows.length - 1].cloneNode(true);
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.ariaLabel = input.ariaLabel?.replace(rows.length, rows.length + 1) ?? null;
    }
    button.before(row);
    row.querySelector("input:not([type=hidden])").focus();
    button.hidden = rows.length + 1 >= Number(button.dataset.most);
  });
}

// a badge that is held in front of a scanner stays bright
if (document.querySelector("[data-awake]") && navigator.wakeLock) {
  const wake = () => document.visibilityState === "visible" && navigator.wakeLock.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", wake);
  wake();
}

// how long something is still good; the page says until when without script
for (const place of document.querySelectorAll("[data-left]")) {
  const began = performance.now();
  const tick = () => {
    const left = Math.max(0, Math.ceil(Number(place.dataset.left) - (performance.now() - began) / 1000));
    const said = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    place.textContent = left ? place.dataset.said.replace("{}", said) : place.dataset.over;
    if (!left) clearInterval(ticking);
  };
  const ticking = setInterval(tick, 1000);
  tick();
}

// what is waited for: an answer with words takes the place of what is shown; an empty one says "not yet"
for (const place of document.querySelectorAll("[data-watch]")) {
  const look = async () => {
    const answer = document.hidden ? null : await fetch(place.dataset.watch).catch(() => null);
    if (answer?.status === 200) place.innerHTML = await answer.text();
    // only what is gone is watched no more: the server may be busy, or be started anew
    else if (answer?.status !== 404 && answer?.status !== 410) setTimeout(look, Number(place.dataset.every) * 1000);
  };
  setTimeout(look, Number(place.dataset.every) * 1000);
}

// that the list has changed, as the server says it; how it has stands on the page that is loaded anew. But who took something
// back leaves the page at once, whoever types or looks elsewhere. A page that nobody looks at keeps no line open, since a browser
// has few to one server; whoever comes back to it sees its rows when the server has been asked
for (const place of document.querySelectorAll("[data-arrivals]")) {
  const [changed, lost] = place.children;
  const rows = document.querySelector("[data-lead]")?.parentElement;
  const [pause, longest] = [5000, 60000];
  let [known, source, listening, wait, missed] = [place.dataset.version, null, null, pause, false];
  let [due, asking, askNow, looks, focused] = [false, false, () => {}, 0, null];
  const hide = () => {
    if (!rows) return;
    if (rows.contains(document.activeElement)) focused = document.activeElement;
    rows.style.visibility = "hidden";
  };
  const show = () => {
    if (rows) rows.style.visibility = "";
    if (document.activeElement === document.body) focused?.focus({ preventScroll: true });
    focused = null;
  };
  const remove = (lead) => {
    const row = document.querySelector(`[data-lead="${lead}"]`);
    if (!row) return;
    const here = row.contains(focused ?? document.activeElement);
    row.remove();
    lost.hidden = false;
    if (here) lost.querySelector("a").focus();
  };
  // null where there is no answer: the server may be busy, or be started anew, or the line was cut in the middle of it
  const takenBack = async () => {
    const answer = await fetch(place.dataset.lost, { signal: AbortSignal.timeout?.(2 * pause) });
    if (answer.ok) return answer.json();
    // to whom it says no, it says so again
    return answer.status === 429 || answer.status >= 500 ? null : [];
  };
  const ask = async () => {
    due = true;
    if (asking) return;
    asking = true;
    while (due && !document.hidden) {
      due = false;
      const look = looks;
      const leads = await takenBack().catch(() => null);
      leads?.forEach(remove);
      due ||= !leads;
      // what was asked before somebody came back may be old
      if (look !== looks) continue;
      show();
      if (leads) continue;
      await new Promise((done) => {
        askNow = done;
        setTimeout(done, pause);
      });
    }
    asking = false;
  };
  const listen = () => {
    const mine = (source = new EventSource(place.dataset.arrivals));
    mine.addEventListener("leads", ({ data }) => {
      if (data === known) return;
      known = data;
      changed.hidden = false;
      ask();
    });
    mine.addEventListener("open", () => {
      wait = pause;
      if (missed) ask();
      missed = false;
    });
    mine.addEventListener("error", () => {
      if (mine !== source) return;
      missed = true;
      // a browser comes back by itself where the line was cut, not where the answer was no stream
      if (mine.readyState !== EventSource.CLOSED) return;
      listening = setTimeout(listen, wait);
      wait = Math.min(2 * wait, longest);
    });
  };
  const stop = () => {
    source?.close();
    source = null;
    clearTimeout(listening);
  };
  const look = () => {
    looks++;
    stop();
    hide();
    if (document.hidden) return;
    [wait, missed] = [pause, false];
    askNow();
    ask();
    listen();
  };
  if (!document.hidden) listen();
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", stop);
  // a page that the browser kept
  addEventListener("pageshow", (event) => event.persisted && !source && look());
}
