import { useEffect, useRef } from "preact/hooks";
import type { CameraState } from "../camera/types.ts";
import type { Table } from "../words/index.ts";
import { nextZoom } from "./format.ts";
import { IconButton } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";

/** The picture with its frame, or one sentence and one button when there is no picture. */
export function CameraView({ typeInstead }: { typeInstead: () => void }) {
  const { app, camera } = useStage();
  const words = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const start = () => {
    if (video.current) void camera.start(video.current, app.settings.peek().camera);
  };
  useEffect(() => {
    start();
    return () => camera.stop();
  }, []);
  const state = camera.state.value;
  return (
    <div class="camera">
      <video ref={video} playsInline muted tabIndex={-1} />
      {state === "running" ? (
        <div class="frame" aria-hidden="true" />
      ) : (
        <CameraTrouble state={state} words={words} start={start} typeInstead={typeInstead} />
      )}
    </div>
  );
}

function CameraTrouble(props: {
  state: Exclude<CameraState, "running">;
  words: Table;
  start: () => void;
  typeInstead: () => void;
}) {
  const { words } = props;
  const says: Record<typeof props.state, string> = {
    off: words.cameraOff,
    asking: words.cameraAsking,
    denied: words.cameraDenied,
    none: words.cameraNone,
    busy: words.cameraBusy,
    ended: words.cameraEnded,
    insecure: words.cameraInsecure,
    blind: words.cameraBlind,
  };
  const hopeless = props.state === "none" || props.state === "insecure" || props.state === "asking";
  const retry =
    props.state === "off" || props.state === "ended" ? words.cameraStart : words.cameraRetry;
  return (
    <div class="camera-trouble" role="status">
      <p>{says[props.state]}</p>
      <button type="button" onClick={hopeless ? props.typeInstead : props.start}>
        {hopeless ? words.typeCode : retry}
      </button>
    </div>
  );
}

/** Light, zoom and the other camera: each only where this camera has it. */
export function CameraTools() {
  const { app, camera } = useStage();
  const words = useWords();
  if (camera.state.value !== "running") return null;
  const torch = camera.torch.value;
  const zoom = camera.zoom.value;
  const cameras = camera.cameras.value;
  const next = () => {
    const at = cameras.findIndex(({ id }) => id === camera.current.value);
    const other = cameras[(at + 1) % cameras.length];
    if (!other) return;
    app.setSettings({ camera: other.id });
    void camera.use(other.id);
  };
  return (
    <>
      {torch !== null && (
        <IconButton
          icon="torch"
          label={torch ? words.torchOff : words.torchOn}
          pressed={torch}
          onClick={() => void camera.setTorch(!torch)}
        />
      )}
      {zoom && zoom.max > zoom.min && (
        <button
          type="button"
          class="tool"
          aria-label={words.zoom(times(zoom.value))}
          onClick={() => void camera.setZoom(nextZoom(zoom))}
        >
          <span aria-hidden="true">{times(zoom.value)}×</span>
        </button>
      )}
      {cameras.length > 1 && <IconButton icon="flip" label={words.switchCamera} onClick={next} />}
    </>
  );
}

function times(value: number): string {
  return String(Math.round(value * 10) / 10);
}
