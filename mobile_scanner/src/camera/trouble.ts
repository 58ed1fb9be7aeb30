/** What a browser's refusal means for the helper. */
import type { CameraState } from "./types.ts";

/** The state for an error of getUserMedia (Media Capture and Streams §10.3); what is unknown is worth another try. */
export function stateFor(error: unknown): Extract<CameraState, "denied" | "none" | "busy"> {
  switch (error instanceof Error || error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
    case "PermissionDeniedError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
    case "DevicesNotFoundError":
      return "none";
    default:
      return "busy";
  }
}
