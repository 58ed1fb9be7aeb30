import { useSignal } from "@preact/signals";
import type { Trouble } from "../model/types.ts";
import { inLanguage, troubleIn } from "../words/index.ts";
import { Icon } from "./icons.tsx";
import { Dialog, LanguageButton, Page, Wrong } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";

export function Settings({ version }: { version: string }) {
  const stage = useStage();
  const { app, camera, go, still } = stage;
  const words = useWords();
  const asks = useSignal(false);
  const settings = app.settings.value;
  const phone = app.phone.value;
  return (
    <Page
      title={words.settings}
      back={() => go("scan")}
      foot={
        <>
          {phone?.lockAfterMinutes != null && (
            <button type="button" class="quiet" onClick={() => app.lock()}>
              <Icon name="lock" />
              {words.lockNow}
            </button>
          )}
          <button
            type="button"
            class="danger"
            onClick={() => {
              asks.value = true;
            }}
          >
            {words.signOut}
          </button>
        </>
      }
    >
      <div class="switches">
        <div class="switch">
          <span>{words.language}</span>
          <LanguageButton />
        </div>
        <Switch
          label={words.sound}
          on={settings.sound}
          set={(sound) => app.setSettings({ sound })}
        />
        <Switch
          label={words.vibration}
          on={settings.vibration}
          set={(vibration) => app.setSettings({ vibration })}
        />
        <Switch label={words.motion} on={!still.value} set={(on) => stage.setStill(!on)} />
        {camera.cameras.value.length > 1 && (
          <label class="switch">
            <span>{words.camera}</span>
            <select
              value={settings.camera ?? ""}
              onChange={(event) => app.setSettings({ camera: event.currentTarget.value || null })}
            >
              <option value="">{words.cameraAuto}</option>
              {camera.cameras.value.map(({ id, label }, index) => (
                <option key={id} value={id}>
                  {label || `${words.camera} ${index + 1}`}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <p class="box good">
        <Icon name="lock" />
        <span>{words.privacy}</span>
      </p>
      {phone && (
        <dl class="facts">
          <dt>{words.joinEvent}</dt>
          <dd>{inLanguage(phone.event.title, app.language.value)}</dd>
          <dt>{phone.kind === "booth" ? words.joinBooth : words.joinDoor}</dt>
          <dd>{[phone.partyName, phone.place].filter(Boolean).join(", ")}</dd>
          <dt>{words.you}</dt>
          <dd>{phone.helper}</dd>
          <dt>{words.version}</dt>
          <dd>{version}</dd>
        </dl>
      )}
      {asks.value && (
        <SignOut
          close={() => {
            asks.value = false;
          }}
        />
      )}
    </Page>
  );
}

function Switch(props: { label: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label class="switch">
      <span>{props.label}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={props.on}
        checked={props.on}
        onChange={(event) => props.set(event.currentTarget.checked)}
      />
    </label>
  );
}

/** Asked for once when nothing waits, and with what would be lost when something does. */
function SignOut({ close }: { close: () => void }) {
  const { app } = useStage();
  const words = useWords();
  const rows = app.waiting.value + app.stranded.value;
  const warned = useSignal(rows > 0);
  const trouble = useSignal<Trouble | null>(null);
  const leave = async () => {
    const answer = await app.signOut();
    if (answer === "rows_wait") warned.value = true;
    else trouble.value = answer;
  };
  const leaveAnyway = async () => {
    trouble.value = await app.signOutAnyway();
  };
  return (
    <Dialog title={words.signOutTitle} onClose={close}>
      <p>{words.signOutWhy}</p>
      {trouble.value && <Wrong>{troubleIn(words, trouble.value)}</Wrong>}
      {warned.value && rows > 0 ? (
        <>
          <p class="box bad" role="alert">
            <Icon name="warning" />
            <span>{words.signOutWait(rows)}</span>
          </p>
          <div class="choices">
            <button type="button" onClick={() => void app.syncNow()}>
              {words.signOutSend}
            </button>
            <button type="button" class="danger" onClick={() => void leaveAnyway()}>
              {words.signOutAnyway}
            </button>
          </div>
        </>
      ) : (
        <div class="pair">
          <button type="button" class="quiet" onClick={close}>
            {words.cancel}
          </button>
          <button type="button" class="danger" onClick={() => void leave()}>
            {words.signOut}
          </button>
        </div>
      )}
    </Dialog>
  );
}
