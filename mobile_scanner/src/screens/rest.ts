import { signal } from "@preact/signals";
import { loadWords } from "../words/index.ts";

const RETRY_MILLISECONDS = 2000;

/** What `load` comes to, tried again for as long as the network of a crowded hall fails it. */
export async function untilLoaded<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((go) => setTimeout(go, RETRY_MILLISECONDS));
    }
  }
}

/** The screens beyond the first; null for the moment until they are there. */
export const rest = signal<typeof import("./pages.ts") | null>(null);

/** What the first screen did without, now that it is drawn: from then on nothing needs the network. */
export async function loadTheRest(): Promise<void> {
  rest.value = await untilLoaded(() => import("./pages.ts"));
  await untilLoaded(() => loadWords("th"));
  await untilLoaded(() => loadWords("en"));
}
