/**
 * The eight kinds of damage, each in seven steps: the first is easy, the last hopeless, and the edge of what can be read
 * lies between them, so that a decoder that gets better or worse shows.
 */
import { blur, change, draw, move, noise, type Picture, type Pose, seeded } from "./scene.ts";

export const WIDTH = 320;
export const HEIGHT = 240;

type Damage = (rows: readonly string[], pose: Pose, step: number, random: () => number) => Picture;

const QUIET = 5; // levels of noise that every picture has

function plain(rows: readonly string[], pose: Pose): Picture {
  return draw(rows, WIDTH, HEIGHT, pose);
}

/** Each step is a strength; what it means stands beside it. */
export const DAMAGES: Readonly<Record<string, { steps: readonly number[]; damage: Damage }>> = {
  small: {
    steps: [3, 2.2, 1.8, 1.6, 1.4, 1.3, 1.2], // pixels per module
    damage: (rows, pose, step, random) =>
      noise(blur(plain(rows, { ...pose, pixelsPerModule: step }), 0.4), QUIET, random),
  },
  blurred: {
    steps: [0.7, 1, 1.4, 1.8, 2, 2.2, 2.5], // sigma, pixels, at 4 pixels per module
    damage: (rows, pose, step, random) => noise(blur(plain(rows, pose), step), QUIET, random),
  },
  moved: {
    steps: [2, 4, 5, 6, 7, 8, 9], // pixels
    damage: (rows, pose, step, random) => noise(move(plain(rows, pose), step), QUIET, random),
  },
  tilted: {
    steps: [30, 45, 55, 62, 66, 70, 74], // degrees
    damage: (rows, pose, step, random) =>
      noise(blur(plain(rows, { ...pose, yaw: step, pitch: step / 4 }), 0.6), QUIET, random),
  },
  pale: {
    steps: [0.4, 0.2, 0.14, 0.1, 0.08, 0.065, 0.05], // what is left of the contrast
    damage: (rows, pose, step, random) =>
      noise(
        change(blur(plain(rows, pose), 0.8), (level) => 128 + (level - 128) * step),
        QUIET,
        random,
      ),
  },
  glaring: {
    steps: [7, 10, 14, 18, 22, 26, 32], // size of the reflection, pixels
    damage: (rows, pose, step, random) => {
      const [gx, gy] = [pose.x + (random() - 0.5) * 60, pose.y + (random() - 0.5) * 60];
      const lit = change(plain(rows, pose), (level, x, y) => {
        const far = Math.hypot(x - gx, y - gy) / step;
        return level + 420 * Math.exp(-far * far);
      });
      return noise(
        blur(
          change(lit, (level) => Math.min(255, level)),
          0.8,
        ),
        QUIET,
        random,
      );
    },
  },
  covered: {
    steps: [4, 8, 12, 16, 20, 24, 28], // radius of the thumb that lies on it, pixels
    damage: (rows, pose, step, random) => {
      const [tx, ty] = [pose.x + (random() - 0.5) * 100, pose.y + (random() - 0.5) * 100];
      const hidden = change(plain(rows, pose), (level, x, y) =>
        Math.hypot(x - tx, y - ty) < step ? 120 : level,
      );
      return noise(blur(hidden, 0.8), QUIET, random);
    },
  },
  dark: {
    steps: [6, 10, 14, 18, 22, 27, 32], // noise at the gain that a dark hall needs, levels
    damage: (rows, pose, step, random) =>
      noise(
        change(blur(plain(rows, pose), 1), (level) => 40 + level * 0.5),
        step,
        random,
      ),
  },
};

/** One picture of the corpus: this symbol, this damage at this step. */
export function picture(
  rows: readonly string[],
  kind: string,
  step: number,
  seed: number,
): Picture {
  const random = seeded(seed);
  const pose: Pose = {
    pixelsPerModule: 4,
    roll: (random() - 0.5) * 60,
    yaw: (random() - 0.5) * 12,
    pitch: (random() - 0.5) * 12,
    x: WIDTH / 2 + (random() - 0.5) * 20,
    y: HEIGHT / 2 + (random() - 0.5) * 20,
  };
  const found = DAMAGES[kind];
  if (!found) throw new Error(`no damage of this kind: ${kind}`);
  return found.damage(rows, pose, step, random);
}
