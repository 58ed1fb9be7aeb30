import { beforeEach, describe, expect, it } from "vitest";
import { makeCamera } from "./camera.ts";
import type { Decoder, Order } from "./decoder.ts";
import type { Way } from "./reading.ts";
import type { World } from "./world.ts";

const BACK = { id: "back", label: "Back Camera" };
const WIDE = { id: "wide", label: "Back Ultra Wide Camera" };
const FRONT = { id: "front", label: "Front Camera" };
interface Lens {
  id: string;
  label: string;
}

class Track extends EventTarget {
  stopped = false;
  readonly settings: Record<string, unknown>;
  readonly wishes: Record<string, unknown>[] = [];
  readonly abilities: Record<string, unknown>;
  constructor(id: string, abilities: Record<string, unknown>) {
    super();
    this.settings = { deviceId: id };
    this.abilities = abilities;
  }
  stop(): void {
    this.stopped = true;
  }
  getSettings(): object {
    return this.settings;
  }
  getCapabilities(): object {
    return this.abilities;
  }
  applyConstraints({ advanced: [wish] }: { advanced: [Record<string, unknown>] }): Promise<void> {
    if ("broken" in this.abilities) return Promise.reject(new Error("no"));
    this.wishes.push(wish);
    return Promise.resolve();
  }
}

/** A browser with these cameras; the first is the one that it chooses by itself. */
class Phone extends EventTarget {
  hidden = false;
  lenses: Lens[] = [BACK, FRONT];
  abilities: Record<string, unknown> = {};
  refusal: Error | null = null;
  readonly opened: Track[] = [];
  readonly asked: (string | null)[] = [];
  found: (texts: readonly string[]) => void = () => undefined;
  works: (does: boolean) => void = () => undefined;
  look: () => Promise<void> = () => Promise.resolve();
  watching = false;
  free = true;
  decoding = false;
  readonly taken: Order[] = [];
  locks = 0;
  time = 0;
  permission = Object.assign(new EventTarget(), { state: "prompt" });
  readonly video = {
    play: () => Promise.resolve(),
    srcObject: null,
  } as unknown as HTMLVideoElement;
  wait: Promise<void> = Promise.resolve();

  readonly devices = Object.assign(new EventTarget(), {
    enumerateDevices: async () =>
      this.lenses.map((lens) => ({ kind: "videoinput", deviceId: lens.id, label: lens.label })),
    getUserMedia: async ({ video }: { video: { deviceId?: { exact: string } } }) => {
      const wished = video.deviceId?.exact ?? null;
      this.asked.push(wished);
      await this.wait;
      if (this.refusal) throw this.refusal;
      const lens = wished ? this.lenses.find((one) => one.id === wished) : this.lenses[0];
      if (!lens) throw named("NotFoundError");
      const track = new Track(lens.id, this.abilities);
      this.opened.push(track);
      return { getVideoTracks: () => [track], getTracks: () => [track] };
    },
  });

  world(secure = true): World {
    return {
      devices: secure ? (this.devices as unknown as MediaDevices) : undefined,
      permissions: { query: async () => this.permission } as unknown as Permissions,
      wakeLock: {
        request: async () => {
          this.locks++;
          return { released: false, release: async () => void this.locks-- };
        },
      } as unknown as WakeLock,
      page: this,
      now: () => this.time,
      decoder: (found, works): Decoder => {
        this.found = found;
        this.works = works;
        return {
          free: () => this.free,
          take: (order) => void this.taken.push(order),
          start: () => {
            this.decoding = true;
          },
          stop: () => {
            this.decoding = false;
          },
        };
      },
      watch: (_video, look) => {
        this.look = look;
        this.watching = true;
        return {
          stop: () => {
            this.watching = false;
          },
        };
      },
      grab: async (_video, way: Way) => ({ way, image: {} as ImageData }),
    };
  }
  show(hidden: boolean): Promise<void> {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
    return settled();
  }
  get running(): Track[] {
    return this.opened.filter((track) => !track.stopped);
  }
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}
async function settled(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

let phone: Phone;
let seen: string[];
beforeEach(() => {
  phone = new Phone();
  seen = [];
});
function camera(secure = true) {
  return makeCamera((text) => seen.push(text), phone.world(secure));
}

describe("opening", () => {
  it("runs in the page, with the screen awake and the decoder ready", async () => {
    const made = camera();
    await made.start(phone.video, null);
    expect(made.state.value).toBe("running");
    expect(made.current.value).toBe("back");
    expect(made.cameras.value).toEqual([BACK, FRONT]);
    expect([phone.video.playsInline, phone.video.muted]).toEqual([true, true]);
    expect([phone.locks, phone.watching, phone.decoding]).toEqual([1, true, true]);
  });

  it("says when nothing reads the picture, and begins anew when asked to", async () => {
    const made = camera();
    await made.start(phone.video, null);
    phone.works(false);
    expect(made.state.value).toBe("blind");
    await phone.show(true);
    expect([made.state.value, phone.running]).toEqual(["off", []]);
    await phone.show(false);
    expect(made.state.value).toBe("blind");
    await made.start(phone.video, null);
    expect([made.state.value, phone.decoding, phone.running.length]).toEqual(["running", true, 1]);
    phone.works(false);
    phone.works(true);
    expect(made.state.value).toBe("running");
  });

  it("leaves an ultra-wide camera for the main one, and holds one at a time", async () => {
    phone.lenses = [WIDE, BACK, FRONT];
    const made = camera();
    await made.start(phone.video, null);
    expect(made.current.value).toBe("back");
    expect(phone.running).toHaveLength(1);
  });

  it("keeps the helper's own choice, whatever its label", async () => {
    phone.lenses = [BACK, WIDE];
    const made = camera();
    await made.start(phone.video, "wide");
    expect(made.current.value).toBe("wide");
    expect(phone.asked).toEqual(["wide"]);
  });

  it("takes another one when the remembered one is gone", async () => {
    const made = camera();
    await made.start(phone.video, "of another phone");
    expect([made.state.value, made.current.value]).toEqual(["running", "back"]);
  });

  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "none"],
    ["NotReadableError", "busy"],
    ["AbortError", "busy"],
    ["SomethingNewError", "busy"],
  ])("says %s as %s, and works at the next try", async (name, state) => {
    phone.refusal = named(name);
    const made = camera();
    await made.start(phone.video, null);
    expect(made.state.value).toBe(state);
    expect([phone.locks, phone.watching]).toEqual([0, false]);
    phone.refusal = null;
    await made.start(phone.video, null);
    expect(made.state.value).toBe("running");
  });

  it("says that a page without https has no camera", async () => {
    const made = camera(false);
    await made.start(phone.video, null);
    expect(made.state.value).toBe("insecure");
  });

  it("gives back what comes after it was stopped", async () => {
    let go = (): void => undefined;
    phone.wait = new Promise((resolve) => {
      go = resolve;
    });
    const made = camera();
    const starting = made.start(phone.video, null);
    expect(made.state.value).toBe("asking");
    made.stop();
    go();
    await starting;
    expect(made.state.value).toBe("off");
    expect(phone.opened).toHaveLength(1);
    expect(phone.running).toEqual([]);
  });

  it("opens by itself once the helper allows it in the browser's settings", async () => {
    phone.refusal = named("NotAllowedError");
    const made = camera();
    await made.start(phone.video, null);
    phone.refusal = null;
    phone.permission.state = "granted";
    phone.permission.dispatchEvent(new Event("change"));
    await settled();
    expect(made.state.value).toBe("running");
  });
});

describe("running", () => {
  it("stops when hidden, and comes back with the same camera and the screen awake", async () => {
    const made = camera();
    await made.start(phone.video, "front");
    await phone.show(true);
    expect([made.state.value, phone.running.length, phone.locks]).toEqual(["off", 0, 0]);
    await phone.show(false);
    expect([made.state.value, made.current.value, phone.locks]).toEqual(["running", "front", 1]);
    expect(phone.running).toHaveLength(1);
  });

  it("says when the camera ends by itself, and comes back from the background of an iPhone", async () => {
    const made = camera();
    await made.start(phone.video, null);
    phone.running[0]?.dispatchEvent(new Event("ended"));
    expect([made.state.value, phone.locks, phone.watching]).toEqual(["ended", 0, false]);
    await phone.show(true);
    await phone.show(false);
    expect(made.state.value).toBe("running");
  });

  it("comes back when it is plugged in again", async () => {
    const made = camera();
    await made.start(phone.video, null);
    phone.running[0]?.dispatchEvent(new Event("ended"));
    phone.devices.dispatchEvent(new Event("devicechange"));
    await settled();
    expect(made.state.value).toBe("running");
  });

  it("stays off when it was stopped, whatever the page does", async () => {
    const made = camera();
    await made.start(phone.video, null);
    made.stop();
    await phone.show(true);
    await phone.show(false);
    expect([made.state.value, phone.running.length, phone.decoding]).toEqual(["off", 0, false]);
  });

  it("changes to another camera", async () => {
    const made = camera();
    await made.start(phone.video, null);
    await made.use("front");
    expect(made.current.value).toBe("front");
    expect(phone.running).toHaveLength(1);
  });

  it("has torch and zoom where the camera has them", async () => {
    phone.abilities = {
      torch: true,
      zoom: { min: 1, max: 4, step: 0.1 },
      focusMode: ["continuous"],
    };
    const made = camera();
    await made.start(phone.video, null);
    expect(made.torch.value).toBe(false);
    expect(made.zoom.value).toEqual({ min: 1, max: 4, step: 0.1, value: 1 });
    await made.setTorch(true);
    await made.setZoom(9);
    expect(made.torch.value).toBe(true);
    expect(made.zoom.value?.value).toBe(4);
    expect(phone.running[0]?.wishes).toEqual([
      { focusMode: "continuous" },
      { torch: true },
      { zoom: 4 },
    ]);
  });

  it("has neither where it has neither, or does not obey", async () => {
    const made = camera();
    await made.start(phone.video, null);
    expect([made.torch.value, made.zoom.value]).toEqual([null, null]);
    phone.abilities = { torch: true, broken: true };
    await made.use("back");
    await made.setTorch(true);
    expect([made.state.value, made.torch.value]).toEqual(["running", false]);
  });
});

describe("reading", () => {
  it("reads the whole frame and its middle in turn, and drops what comes while the decoder is busy", async () => {
    const made = camera();
    await made.start(phone.video, null);
    await phone.look();
    phone.free = false;
    await phone.look();
    phone.free = true;
    await phone.look();
    await phone.look();
    expect(phone.taken.map((order) => order.way)).toEqual(["whole", "centre", "whole"]);
  });

  it("tells a code once while it is in view and three seconds after, another one at once", () => {
    camera();
    phone.found(["A"]);
    phone.time = 2000;
    phone.found(["A", "B"]);
    phone.time = 4000;
    phone.found(["A"]);
    phone.time = 7000;
    phone.found(["A"]);
    expect(seen).toEqual(["A", "B", "A"]);
  });

  it("goes on after a code that its reader chokes on", () => {
    makeCamera((text) => {
      seen.push(text);
      if (text === "bad") throw new Error("bad");
    }, phone.world());
    phone.found(["bad", "good"]);
    expect(seen).toEqual(["bad", "good"]);
  });
});
