/** What an enrolment QR, link or typed code says. */

const ALPHABET = /^[0-9A-HJKMNP-TV-Z]{20}$/;
const LINK = /^(https?:\/\/[^/?#\s]+)\/scan\/?(?:index\.html)?(?:\?[^#]*)?#enrol=(.+)$/i;
const ANY_ADDRESS = /^[a-z][a-z0-9+.-]*:/i;

/**
 * The enrolment code in its one normal form; `foreign_code` for a link to another server, `bad_code` for anything else.
 *
 * `origin` is the app's own, as browsers write it. Typed codes read as in `events/phones/enrolment/rules.py`: case, spaces and
 * hyphens do not count, O is 0, I and L are 1.
 */
export function parseEnrolment(
  text: string,
  origin: string,
): { readonly code: string } | "bad_code" | "foreign_code" {
  const trimmed = text.trim();
  const link = LINK.exec(trimmed);
  if (!link && ANY_ADDRESS.test(trimmed)) return "foreign_code";
  if (link && link[1]?.toLowerCase() !== origin.toLowerCase()) return "foreign_code";
  const code = (link?.[2] ?? trimmed)
    .replace(/[\s-]/g, "")
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
  return ALPHABET.test(code) ? { code } : "bad_code";
}
