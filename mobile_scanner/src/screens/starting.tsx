import { Icon } from "./icons.tsx";
import { useWords } from "./stage.ts";

export function Starting() {
  const words = useWords();
  return (
    <main class="page calm">
      <h1 class="hush">{words.appName}</h1>
      <Icon name="ring" />
      <p role="status">{words.starting}</p>
    </main>
  );
}
