/** The pages that nobody needs in the first second: a file of their own, fetched once the first screen is drawn. */
export { History } from "./history.tsx";
export { Settings } from "./settings.tsx";
