/** The camera: opened, chosen, read from, given back when hidden, and every way it can fail as one state. */
import { signal } from "@preact/signals";
import { watchRepeats } from "../core/repeat.ts";
import { abilitiesOf, adjust, type Zoom } from "./abilities.ts";
import { betterThan, type Lens } from "./choosing.ts";
import type { Frames } from "./frames.ts";
import { nextWay, type Way } from "./reading.ts";
import { stateFor } from "./trouble.ts";
import type { Camera, CameraState } from "./types.ts";
import { makeWake } from "./wake.ts";
import { browser, type World } from "./world.ts";

const SIZE: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** The camera of this phone; implements MakeCamera. */
export function makeCamera(seen: (text: string) => void, world: World = browser()): Camera {
  const state = signal<CameraState>("off");
  const cameras = signal<readonly Lens[]>([]);
  const current = signal<string | null>(null);
  const torch = signal<boolean | null>(null);
  const zoom = signal<Zoom | null>(null);

  const wake = makeWake(world.wakeLock);
  const repeats = watchRepeats();
  const decoder = world.decoder(hear, (does) => {
    blind = !does;
    if (state.value === "running" || state.value === "blind") state.value = shown();
  });
  let video: HTMLVideoElement | null = null; // there is one while the camera is wanted
  let wish: string | null = null;
  let track: MediaStreamTrack | null = null;
  let frames: Frames | null = null;
  let way: Way = "whole";
  let blind = false; // nothing reads the picture
  let opening = 0; // counts, so that what comes too late is known

  function hear(texts: readonly string[]): void {
    for (const text of texts) {
      if (!repeats.counts(text, world.now())) continue;
      try {
        seen(text);
      } catch {
        // one bad code must not keep the next from being read
      }
    }
  }

  function shown(): CameraState {
    return blind ? "blind" : "running";
  }

  async function open(): Promise<void> {
    const mine = ++opening;
    close();
    if (!video || world.page.hidden) return;
    if (!world.devices) {
      state.value = "insecure";
      return;
    }
    state.value = "asking";
    decoder.start();
    try {
      const got = await ask(world.devices, wish);
      if (mine !== opening || !video) {
        give(got);
        return;
      }
      const better = wish === null ? betterThan(idOf(got), await lensesOf(world.devices)) : null;
      const stream = better === null ? got : await change(world.devices, got, better);
      if (mine !== opening || !video) {
        give(stream);
        return;
      }
      await show(stream, video);
      if (mine !== opening) return;
      state.value = shown();
      await settle().catch(() => undefined); // it runs, whatever else it cannot say
    } catch (error) {
      if (mine !== opening) return;
      close();
      state.value = stateFor(error);
    }
  }

  async function show(stream: MediaStream, element: HTMLVideoElement): Promise<void> {
    const [found] = stream.getVideoTracks();
    if (!found) throw new DOMException("a stream without a picture", "NotFoundError");
    track = found;
    found.addEventListener("ended", () => {
      if (track !== found) return;
      opening++;
      close();
      state.value = "ended";
    });
    // without these an iPhone opens a player of its own
    element.playsInline = true;
    element.muted = true;
    element.srcObject = stream;
    await element.play();
    frames?.stop();
    frames = world.watch(element, look);
  }

  /** What the camera can do, and the names of all of them: known only once one runs. */
  async function settle(): Promise<void> {
    if (!track) return;
    const mine = track;
    current.value = mine.getSettings().deviceId ?? null;
    const can = abilitiesOf(mine);
    torch.value = can.torch;
    zoom.value = can.zoom;
    void wake.hold();
    if (can.focuses) await adjust(mine, { focusMode: "continuous" });
    await list();
  }

  async function list(): Promise<void> {
    if (world.devices) cameras.value = await lensesOf(world.devices);
  }

  async function look(): Promise<void> {
    if (!video || !decoder.free()) return;
    const frame = await world.grab(video, way);
    if (!frame) return;
    way = nextWay(way);
    if (decoder.free()) decoder.take(frame);
    else frame.bitmap?.close();
  }

  function close(): void {
    frames?.stop();
    frames = null;
    const was = track;
    track = null; // first: a track that we stop has not ended by itself
    was?.stop();
    if (video) video.srcObject = null;
    torch.value = null;
    zoom.value = null;
    wake.release();
  }

  world.page.addEventListener("visibilitychange", () => {
    if (!video) return;
    if (!world.page.hidden) {
      // iPhones end the camera in the background; another app may have given it back
      if (["off", "ended", "busy", "none"].includes(state.value)) void open();
      return;
    }
    if (!["running", "blind", "asking"].includes(state.value)) return;
    opening++;
    close();
    state.value = "off";
  });
  // another one was plugged in, or came back
  world.devices?.addEventListener("devicechange", () => {
    if (!video) return;
    if (state.value === "none" || state.value === "ended") void open();
    else void list().catch(() => undefined);
  });
  void whenAllowed(world, () => {
    if (video && state.value === "denied") void open();
  });

  return {
    state,
    cameras,
    current,
    torch,
    zoom,
    async start(element, preferred) {
      video = element;
      wish = preferred;
      if (blind) decoder.stop(); // by hand: at once, and anew
      blind = false;
      await open();
    },
    stop() {
      opening++;
      close();
      video = null;
      state.value = "off";
      decoder.stop();
    },
    async use(id) {
      wish = id;
      await open();
    },
    async setTorch(on) {
      if (track && torch.value !== null && (await adjust(track, { torch: on }))) torch.value = on;
    },
    async setZoom(value) {
      const range = zoom.value;
      if (!track || !range) return;
      const kept = Math.min(range.max, Math.max(range.min, value));
      if (await adjust(track, { zoom: kept })) zoom.value = { ...range, value: kept };
    },
  };
}

/** The wished camera, or the one at the back when that is gone. */
async function ask(devices: MediaDevices, wish: string | null): Promise<MediaStream> {
  if (wish !== null) {
    try {
      return await devices.getUserMedia({
        audio: false,
        video: { ...SIZE, deviceId: { exact: wish } },
      });
    } catch (error) {
      if (stateFor(error) !== "none") throw error;
    }
  }
  // never `exact`: a laptop has no camera at the back
  return devices.getUserMedia({
    audio: false,
    video: { ...SIZE, facingMode: { ideal: "environment" } },
  });
}

/** Gives the first back, since many phones open only one at a time. */
async function change(devices: MediaDevices, from: MediaStream, to: string): Promise<MediaStream> {
  give(from);
  return ask(devices, to);
}

function give(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function idOf(stream: MediaStream): string | null {
  return stream.getVideoTracks()[0]?.getSettings().deviceId ?? null;
}

async function lensesOf(devices: MediaDevices): Promise<readonly Lens[]> {
  const all = await devices.enumerateDevices();
  return all
    .filter((device) => device.kind === "videoinput")
    .map((device) => ({ id: device.deviceId, label: device.label }));
}

async function whenAllowed(world: World, then: () => void): Promise<void> {
  try {
    const camera = await world.permissions?.query({ name: "camera" as PermissionName });
    camera?.addEventListener("change", () => {
      if (camera.state === "granted") then();
    });
  } catch {
    // this browser does not say
  }
}
