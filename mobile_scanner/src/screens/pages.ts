/** What nobody needs in the first second: a file of its own, fetched once the first screen is drawn (rest.ts). */
import "../styles/quiet.css";

export { Ask } from "./ask.tsx";
export { ModeChooser, Search } from "./door.tsx";
export { Revoked, Wiped } from "./ends.tsx";
export { History } from "./history.tsx";
export { Joining, TypedEnrolment } from "./joining.tsx";
export { Menu } from "./menu.tsx";
export { LeadSheet } from "./note.tsx";
export { ChoosingPin, Locked } from "./pin.tsx";
export { Settings } from "./settings.tsx";
export { TypedBadge } from "./typing.tsx";
