/** Draws a badge before a camera, grey by grey: where it hangs, how it leans, and what the light does. The same for the same seed. */

/** A grey picture; levels 0 to 255, kept as fractions until it is done. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly levels: Float32Array;
}

/** How the badge hangs: pixels per module, turns in degrees (in the plane, and away from the camera), centre in pixels. */
export interface Pose {
  readonly pixelsPerModule: number;
  readonly roll: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly x: number;
  readonly y: number;
}

const PAPER = 232;
const INK = 28;
const ROOM = 112;
const CARD = 21; // modules from the centre of the symbol to the edge of the card; a quiet zone of more than 4
const FAR = 90; // modules from the camera to the badge: how strongly a leaning badge narrows
const FINER = 2; // samples per pixel and direction

/** Pseudo-random numbers from 0 to 1 (Mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The badge in the room. */
export function draw(rows: readonly string[], width: number, height: number, pose: Pose): Picture {
  const levels = new Float32Array(width * height).fill(ROOM);
  const half = rows.length / 2;
  const lookUp = onBadge(pose);
  const reach = CARD * pose.pixelsPerModule * 1.6;
  const [left, right] = within(pose.x, reach, width);
  const [top, bottom] = within(pose.y, reach, height);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      let sum = 0;
      for (let n = 0; n < FINER * FINER; n++) {
        const [u, v] = lookUp(
          x + ((n % FINER) + 0.5) / FINER,
          y + (Math.floor(n / FINER) + 0.5) / FINER,
        );
        if (Math.abs(u) > CARD || Math.abs(v) > CARD) sum += ROOM;
        else sum += rows[Math.floor(v + half)]?.[Math.floor(u + half)] === "#" ? INK : PAPER;
      }
      levels[y * width + x] = sum / (FINER * FINER);
    }
  }
  return { width, height, levels };
}

function within(centre: number, reach: number, size: number): [number, number] {
  return [Math.max(0, Math.floor(centre - reach)), Math.min(size, Math.ceil(centre + reach))];
}

/** From a pixel to the place on the badge, in modules from its centre: the ray through the pixel meets the badge's plane. */
function onBadge(pose: Pose): (x: number, y: number) => [number, number] {
  const [roll, yaw, pitch] = [pose.roll, pose.yaw, pose.pitch].map((d) => (d * Math.PI) / 180) as [
    number,
    number,
    number,
  ];
  const [cr, sr, cy, sy, cp, sp] = [
    Math.cos(roll),
    Math.sin(roll),
    Math.cos(yaw),
    Math.sin(yaw),
    Math.cos(pitch),
    Math.sin(pitch),
  ];
  // the badge's two directions and its normal, in the room
  const across = [cy * cr, cy * sr * cp + sy * sp, cy * sr * sp - sy * cp] as const;
  const down = [-sr, cr * cp, cr * sp] as const;
  const normal = [
    across[1] * down[2] - across[2] * down[1],
    across[2] * down[0] - across[0] * down[2],
    across[0] * down[1] - across[1] * down[0],
  ] as const;
  return (x, y) => {
    const ray = [(x - pose.x) / pose.pixelsPerModule, (y - pose.y) / pose.pixelsPerModule, FAR];
    const [a, b, c] = ray as [number, number, number];
    const along = (normal[2] * FAR) / (normal[0] * a + normal[1] * b + normal[2] * c);
    const point = [a * along, b * along, c * along - FAR] as const;
    return [
      point[0] * across[0] + point[1] * across[1] + point[2] * across[2],
      point[0] * down[0] + point[1] * down[1] + point[2] * down[2],
    ];
  };
}

/** A Gaussian blur; `sigma` in pixels. */
export function blur(picture: Picture, sigma: number): Picture {
  if (sigma <= 0) return picture;
  const reach = Math.ceil(sigma * 3);
  const weights = Array.from({ length: reach * 2 + 1 }, (_, n) =>
    Math.exp(-((n - reach) ** 2) / (2 * sigma * sigma)),
  );
  return smear(smear(picture, weights, 1, 0), weights, 0, 1);
}

/** Moved while the shutter was open, by so many pixels across. */
export function move(picture: Picture, pixels: number): Picture {
  return smear(
    picture,
    Array.from({ length: Math.max(1, Math.round(pixels)) }, () => 1),
    1,
    0,
  );
}

function smear(picture: Picture, weights: readonly number[], dx: number, dy: number): Picture {
  const { width, height, levels } = picture;
  const out = new Float32Array(levels.length);
  const total = weights.reduce((a, b) => a + b);
  const kernel = Float32Array.from(weights, (weight) => weight / total);
  const half = (kernel.length - 1) >> 1;
  const step = dx + dy * width;
  const length = dx ? width : height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = dx ? x : y;
      const start = y * width + x - here * step;
      let sum = 0;
      for (let n = 0; n < kernel.length; n++) {
        const along = here + n - half;
        const kept = along < 0 ? 0 : along < length ? along : length - 1;
        sum += (levels[start + kept * step] as number) * (kernel[n] as number);
      }
      out[y * width + x] = sum;
    }
  }
  return { width, height, levels: out };
}

/** Each level changed by where it is. */
export function change(
  picture: Picture,
  how: (level: number, x: number, y: number) => number,
): Picture {
  const { width, height, levels } = picture;
  return {
    width,
    height,
    levels: levels.map((level, n) => how(level, n % width, Math.floor(n / width))),
  };
}

/** The sensor's noise; `strength` is its standard deviation in levels. */
export function noise(picture: Picture, strength: number, random: () => number): Picture {
  return change(picture, (level) => level + strength * (random() + random() + random() - 1.5) * 2);
}

/** Cut and drawn as the worker's canvas does it: larger with bilinear filtering. */
export function cutOut(
  picture: Picture,
  cut: {
    x: number;
    y: number;
    width: number;
    height: number;
    drawnWidth: number;
    drawnHeight: number;
  },
): Picture {
  const { drawnWidth: width, drawnHeight: height } = cut;
  if (width === picture.width && height === picture.height && cut.width === width) return picture;
  const levels = new Float32Array(width * height);
  const at = (x: number, y: number): number =>
    picture.levels[
      Math.min(picture.height - 1, Math.max(0, y)) * picture.width +
        Math.min(picture.width - 1, Math.max(0, x))
    ] ?? 0;
  for (let y = 0; y < height; y++) {
    const sy = cut.y + ((y + 0.5) * cut.height) / height - 0.5;
    const y0 = Math.floor(sy);
    for (let x = 0; x < width; x++) {
      const sx = cut.x + ((x + 0.5) * cut.width) / width - 0.5;
      const x0 = Math.floor(sx);
      const upper = at(x0, y0) + (at(x0 + 1, y0) - at(x0, y0)) * (sx - x0);
      const lower = at(x0, y0 + 1) + (at(x0 + 1, y0 + 1) - at(x0, y0 + 1)) * (sx - x0);
      levels[y * width + x] = upper + (lower - upper) * (sy - y0);
    }
  }
  return { width, height, levels };
}

/** As a camera hands it over. */
export function asImage({ width, height, levels }: Picture): ImageData {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  levels.forEach((level, n) => {
    data[n * 4] = data[n * 4 + 1] = data[n * 4 + 2] = level;
  });
  return { width, height, data, colorSpace: "srgb" } as unknown as ImageData;
}
