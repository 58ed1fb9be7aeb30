import { signal } from "@preact/signals";
import { loadWords } from "../words/index.ts";

const RETRY_MILLISECONDS = 2000;

/** The screens beyond the first; null for the moment until they are there. */
export const rest = signal<typeof import("./pages.ts") | null>(null);

/** What the first screen did without, now that it is drawn: from then on nothing needs the network. */
export async function loadTheRest(): Promise<void> {
  try {
    rest.value = await import("./pages.ts");
    await loadWords("th");
    await loadWords("en");
  } catch {
    setTimeout(() => void loadTheRest(), RETRY_MILLISECONDS);
  }
}
