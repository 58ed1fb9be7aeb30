/** What the app says in English; `th.ts` has the same keys, and the compiler holds it to them. */
export const en = {
  appName: "Events Scan",
  otherLanguage: "ภาษาไทย",
  close: "Close",
  cancel: "Cancel",
  back: "Back",
  save: "Save",
  yes: "Yes",
  no: "No",
  starting: "Starting…",

  // joining an event
  pairTitle: "Join your event",
  pairHow: "Point the camera at the joining QR that your booth or event leader shows you.",
  pairTyped: "Type the joining code",
  pairCode: "Joining code",
  pairGo: "Next",
  looking: "One moment…",
  pairedAlready: "This phone has joined already. To join anew, sign out first: Menu, Settings.",
  joinTitle: "Join this event?",
  joinBooth: "Booth",
  joinDoor: "Entrance",
  joinParty: "For",
  joinEvent: "Event",
  joinName: "Your first name",
  joinNameWhy: "Your team sees it beside your scans.",
  joinNameMissing: "Please type your first name.",
  join: "Join",
  pairAgainTitle: "Join again",
  pairAgainWhy:
    "The server does not know this phone any more. Ask your leader for a new joining QR.",
  pairAgainKept: (rows: number) =>
    rows === 1
      ? "1 scan is kept safe on this phone."
      : `${rows} scans are kept safe on this phone.`,

  // the PIN
  pinChoose: "Choose a PIN",
  pinChooseWhy: "4 to 8 digits. This phone locks itself when nobody uses it.",
  pinAgain: "The same PIN once more",
  pinDiffers: "The two were not the same. Please choose again.",
  pinUnlock: "Type your PIN",
  pinEntered: (digits: number) => `${digits} digits typed`,
  pinDelete: "Delete",
  pinDone: "OK",
  pinLeft: (tries: number) => (tries === 1 ? "1 try left" : `${tries} tries left`),
  pinForgot: "PIN forgotten? Ask your leader for a new joining QR.",

  // the scan screen
  scanTitle: "Scan",
  online: "Online",
  offline: "Offline",
  waiting: (rows: number) => `${rows} waiting`,
  aim: "Hold a badge in the frame",
  typeCode: "Type code",
  torchOn: "Light on",
  torchOff: "Light off",
  zoom: (times: string) => `Zoom ${times}×`,
  switchCamera: "Other camera",
  menu: "Menu",
  search: "Search",
  updateReady: "A new version is ready.",
  updateNow: "Update",

  // the camera
  cameraStart: "Start the camera",
  cameraRetry: "Try again",
  cameraOff: "The camera is off.",
  cameraAsking: "Your phone asks about the camera. Please tap “Allow”.",
  cameraDenied:
    "The camera is blocked. Allow it for this page in your browser's settings, then try again.",
  cameraNone: "This device has no camera. Type the code, or use a hand scanner.",
  cameraBusy: "Another app uses the camera. Close that app, then try again.",
  cameraEnded: "The camera has stopped.",
  cameraInsecure: "The camera needs a secure address that starts with https. You can type codes.",
  cameraBlind: "The phone cannot read codes at the moment. Try again, or type the code.",

  // results
  checking: "Checking…",
  lead: "Lead saved",
  leadAgain: "Already scanned",
  leadAgainWhen: (when: string) => `First scanned ${when}`,
  nameNotShared: "Name not shared",
  saved: "Saved",
  savedAllowed: "On the list. It will be checked.",
  savedUnknown: "Not on this phone's list. It will be checked.",
  savedAgain: "Already waiting",
  savedAgainWhy: "This badge is saved already. It will be checked.",
  notShared: "Not shared",
  notSharedWhy: "Nothing is shared with you for this badge.",
  notABadge: "Not a badge",
  notABadgeWhy: "This is no badge of this event. Nothing was saved.",
  notKept: "Not saved",
  notKeptWhy: "The phone could not save it. Please scan again.",
  addNote: "Add rating and note",
  ask: "Ask them to allow it",
  askLong: "Ask them to allow it on their own phone",

  askTitle: "Scan this with your own phone",
  askWhy: "You choose there what this booth may know. Only scans after your choice count.",
  askOf: (party: string) => `Your choices for ${party}`,

  // door
  entry: "Entry",
  exit: "Exit",
  modeTitle: "What are you scanning?",
  modeChange: "Change",
  inside: (people: number) => `${people} inside`,
  insideOf: (people: number, capacity: number) => `${people} of ${capacity} inside`,
  byThisPhone: (people: number) => `${people} in by this phone`,
  isFull: "Full",
  valid: "Welcome",
  validExit: "Goodbye",
  alreadyIn: "Already in",
  alreadyInWhen: (when: string, where: string) => (where ? `${when}, ${where}` : when),
  wrongDay: "Wrong day",
  wrongDayDays: (days: string) => `Valid: ${days}`,
  full: "Full",
  fullWhy: "No place is free here.",
  cancelled: "Cancelled",
  cancelledWhy: "This ticket does not count any more.",
  notThisEvent: "Other event",
  notThisEventWhy: "This badge is for another event.",
  noSuchSession: "No such session",
  noSuchSessionWhy: "This session was removed. Please choose another.",
  unknown: "Unknown badge",
  unknownWhy: "Please send them to the help desk.",
  doorListed: "On the list",
  doorListedWhy: "Let them in. It will be checked.",
  doorUnlisted: "Not on the list",
  doorUnlistedWhy: "Saved, will be checked. Please send them to the help desk.",
  doorAgain: "Scanned before",
  doorAgainWhy: "This phone scanned this badge already.",

  searchTitle: "Find a person",
  searchHow: "Part of the name, the whole e-mail, or the last 5 characters of the badge",
  searchGo: "Search",
  searchShort: "Please type at least 2 characters.",
  searchNone: "Nobody found.",
  searchFound: (people: number) => (people === 1 ? "1 person found." : `${people} people found.`),
  searchLogged: "Each search is logged.",
  letIn: "Let in",
  badgeEnd: (end: string) => `Badge …${end}`,
  stateExpected: "Expected",
  stateInside: "Inside",
  stateCancelled: "Cancelled",

  // typed entry
  typeTitle: "Type the badge code",
  typeHow: "20 letters and digits, below the QR",
  typeLeft: (left: number) => (left === 1 ? "1 more" : `${left} more`),
  typeWrong: "There is a typing mistake. Please compare with the badge.",
  typeLong: "This is too long. A code has 20 characters.",
  typeBad: "Only letters and digits, without U.",
  typeGood: "The code is right.",
  typeGo: "Read",

  // lead sheet
  noteTitle: "Rating and note",
  rating: "How interested?",
  ratingLow: "Low",
  ratingMedium: "Medium",
  ratingHigh: "High",
  note: "Note",
  noteReminder: "The attendee can read this note.",
  noteLeft: (left: number) => `${left} characters left`,
  noteKept: "Rating and note saved",
  noteSpecial:
    "Your note may tell about health, beliefs or the like. Unless you must keep that, please take it out.",
  noteLooking: "Fetching…",
  noteOffline: "No network: what was written before cannot be shown. Try again later.",
  noteNoCard: "Nothing is shared with you any more.",
  noteNoName: "No network: the name cannot be shown now. You can still write.",

  // queue and history
  historyTitle: "Scans today",
  sync: "Send now",
  syncing: "Sending…",
  allSent: "Everything is sent.",
  rowsWait: (rows: number) =>
    rows === 1
      ? "1 entry waits on this phone. It is sent as soon as there is a network."
      : `${rows} entries wait on this phone. They are sent as soon as there is a network.`,
  rowsBlocked: (rows: number) =>
    rows === 1
      ? "The server cannot read 1 entry. Please tell your leader."
      : `The server cannot read ${rows} entries. Please tell your leader.`,
  rowsStranded: (rows: number) =>
    rows === 1
      ? "1 entry belongs to another booth or event. It is kept, and not sent from here."
      : `${rows} entries belong to another booth or event. They are kept, and not sent from here.`,
  strandedDiscard: "Delete them",
  strandedTitle: "Delete without sending?",
  strandedWhy: (rows: number) =>
    rows === 1
      ? "1 entry was never sent. Deleted, it is lost for good. To send it, join its booth or event again."
      : `${rows} entries were never sent. Deleted, they are lost for good. To send them, join their booth or event again.`,
  notesDropped: (notes: number) =>
    notes === 1
      ? "1 note was deleted: nothing is shared with you for its badge."
      : `${notes} notes were deleted: nothing is shared with you for their badges.`,
  notesSpecial: (notes: number) =>
    notes === 1
      ? "1 note may tell about health, beliefs or the like. Please look at it again, and take out what you need not keep."
      : `${notes} notes may tell about health, beliefs or the like. Please look at them again, and take out what you need not keep.`,
  lastSync: "Last contact",
  listAge: "List from",
  never: "never",
  noList: "No list yet",
  clockOff: (minutes: number) =>
    `This phone's clock is wrong by ${minutes} minutes. Your scans still count at the right time.`,
  countLeads: "Leads",
  countNotShared: "Not shared",
  countWaiting: "Waiting",
  countInside: "In by this phone",
  noScans: "No scans yet today.",
  rowWaiting: "Waiting",
  rowSending: "Sending",
  rowLead: "Lead",
  rowNotShared: "Not shared",
  rowLetIn: "Let in",
  rowRefused: "Refused",
  rowDouble: "Scanned twice",
  lateDoubles: (rows: number) =>
    rows === 1
      ? "1 badge that was read offline was in already."
      : `${rows} badges that were read offline were in already.`,
  rowUnreadable: "Unreadable",
  rowNote: "with note",
  rowOpen: "Open",
  rowsMore: (rows: number) => `Show ${rows} more`,

  // settings
  settings: "Settings",
  language: "Language",
  sound: "Sound",
  vibration: "Vibration",
  motion: "Movement on the screen",
  camera: "Camera",
  cameraAuto: "Rear camera",
  lockNow: "Lock now",
  signOut: "Sign out",
  signOutTitle: "Sign out?",
  signOutWhy: "This phone forgets the event. To come back, you need a new joining QR.",
  signOutWait: (rows: number) =>
    rows === 1
      ? "1 entry is not sent yet. If you sign out now, it is lost."
      : `${rows} entries are not sent yet. If you sign out now, they are lost.`,
  signOutAnyway: "Sign out and lose them",
  signOutSend: "Send first",
  version: "Version",
  privacy: "Nothing about attendees is stored on this phone.",
  you: "You",

  // the end
  revokedTitle: "This phone was signed out",
  revokedWhy: "Your leader has ended its access. What still waits is being handed over.",
  wipedTitle: "Everything is deleted",
  wipedWhy:
    "This phone was signed out, here or by your leader. Nothing of the event is left on it. To scan again, you need a new joining QR.",
  wipedGo: "Join an event",

  // why something did not work
  offline_: "No network. Please try again when you are online.",
  bad_code: "This is no joining code. Please check it.",
  foreign_code: "This QR belongs to another site. Please use the one that your leader shows you.",
  gone: "This code was used already or is too old. Ask your leader for a new one.",
  slow_down: "Too many tries. Please wait a minute.",
  wrong_pin: "Wrong PIN.",
  pin_locked: "Too many wrong PINs. Ask your leader for a new joining QR.",
  server: "The server did not answer well. Please try again.",
  not_a_lead: "This is not your lead any more. Nothing was saved.",
  storage: "The phone cannot store anything. Free some space, and do not use a private window.",
  no_crypto: "This browser is too old. Please use a current Chrome, Safari or Firefox.",
};

type Same<T> = T extends string ? string : T;
export type Table = { readonly [Key in keyof typeof en]: Same<(typeof en)[Key]> };
