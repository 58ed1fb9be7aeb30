/** Which camera: the main one at the back, as far as its label tells (labels are English or the phone's language). */

export interface Lens {
  readonly id: string;
  readonly label: string;
}

const FRONT = /front|user|selfie|facetime|หน้า/i;
const BACK = /back|rear|environment|หลัง/i;
// they cannot focus on a badge in a hand, or see no colours
const UNFIT = /ultra|fisheye|0[.,]5|tele|depth|infrared|\bir\b|กว้างพิเศษ|อัลตร|เทเลโฟโต/i;
// Android numbers them; the main one comes first
const NUMBER = /camera2? (\d+)/i;

/** Lower is better; nothing in between is told apart. */
function rank({ label }: Lens): number {
  if (FRONT.test(label) && !BACK.test(label)) return 3000;
  if (UNFIT.test(label)) return 2000;
  if (!BACK.test(label)) return 1000;
  return Number(NUMBER.exec(label)?.[1] ?? 0);
}

/** A better one than the browser chose, or null. Without labels, or with one camera, the browser's choice stands. */
export function betterThan(chosen: string | null, lenses: readonly Lens[]): string | null {
  const now = lenses.find((lens) => lens.id === chosen);
  if (!now?.label) return null;
  const best = lenses.reduce((a, b) => (rank(b) < rank(a) ? b : a), now);
  return best.id === now.id ? null : best.id;
}
