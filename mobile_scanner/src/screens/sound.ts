/** Three short tones that differ in pitch, number and shape, so that nobody has to look. */

export type Tone = "yes" | "later" | "no";

interface Beep {
  readonly shape: OscillatorType;
  /** Hertz, one after the other, each for `seconds`. */
  readonly pitches: readonly number[];
  readonly seconds: number;
  readonly vibration: readonly number[];
}

const BEEPS: Readonly<Record<Tone, Beep>> = {
  yes: { shape: "sine", pitches: [988, 1480], seconds: 0.09, vibration: [70] },
  later: { shape: "triangle", pitches: [660], seconds: 0.16, vibration: [40, 60, 40] },
  no: { shape: "square", pitches: [220, 0, 196], seconds: 0.11, vibration: [200] },
};

let audio: AudioContext | null = null;

/** Browsers let a page sound only after a touch or a key: call this on the first of them. */
export function unlockSound(): void {
  if (typeof AudioContext === "undefined") return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume().catch(() => undefined);
}

export function signal(tone: Tone, on: { sound: boolean; vibration: boolean }): void {
  const beep = BEEPS[tone];
  if (on.vibration) navigator.vibrate?.([...beep.vibration]);
  if (!on.sound || audio?.state !== "running") return;
  beep.pitches.forEach((pitch, index) => {
    if (audio && pitch) play(audio, beep, pitch, audio.currentTime + index * beep.seconds);
  });
}

function play(context: AudioContext, beep: Beep, pitch: number, start: number): void {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.type = beep.shape;
  oscillator.frequency.value = pitch;
  volume.gain.setValueAtTime(beep.shape === "square" ? 0.15 : 0.4, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + beep.seconds); // no click at its end
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + beep.seconds);
}
