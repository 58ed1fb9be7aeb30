import { Icon } from "./icons.tsx";
import { Dialog, LanguageButton } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";

export function Menu() {
  const { app, dialog, go } = useStage();
  const words = useWords();
  const phone = app.phone.value;
  return (
    <Dialog
      title={words.menu}
      onClose={() => {
        if (dialog.value === "menu") dialog.value = null;
      }}
    >
      <div class="choices">
        <button type="button" class="mode" onClick={() => go("history")}>
          <Icon name="list" />
          <span class="what">{words.historyTitle}</span>
          {app.waiting.value > 0 && <span class="count">{words.waiting(app.waiting.value)}</span>}
        </button>
        <button type="button" class="mode" onClick={() => go("settings")}>
          <Icon name="gear" />
          <span class="what">{words.settings}</span>
        </button>
        {phone?.lockAfterMinutes != null && (
          <button type="button" class="mode" onClick={() => app.lock()}>
            <Icon name="lock" />
            <span class="what">{words.lockNow}</span>
          </button>
        )}
        <LanguageButton />
      </div>
    </Dialog>
  );
}
