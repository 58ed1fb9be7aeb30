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
