/** What the screens after the first say in English (see screens/pages.ts). */
export const enQuiet = {
  save: "Save",
  pairCode: "Joining code",
  pairGo: "Next",
  joinTitle: "Join this event?",
  joinBooth: "Booth",
  joinDoor: "Entrance",
  joinParty: "For",
  joinEvent: "Event",
  joinName: "Your first name",
  joinNameWhy: "Your team sees it beside your scans.",
  joinNameMissing: "Please type your first name.",

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
  askTitle: "Scan this with your own phone",
  askWhy: "You choose there what this booth may know. Only scans after your choice count.",
  askOf: (party: string) => `Your choices for ${party}`,
  modeTitle: "What are you scanning?",
  searchTitle: "Find a person",
  searchHow: "Part of the name, the whole e-mail, or the last 5 characters of the badge",
  searchGo: "Search",
  searchShort: "Please type at least 2 characters.",
  searchNone: "Nobody found.",
  searchFound: (people: number) => (people === 1 ? "1 person found." : `${people} people found.`),
  searchLogged: "Each search is logged.",
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
  ratingLow: "Low",
  ratingMedium: "Medium",
  ratingHigh: "High",
  noteReminder: "The attendee can read this note.",
  noteLeft: (left: number) => `${left} characters left`,
  noteKept: "Rating and note saved",
  noteLooking: "Fetching…",
  noteOffline: "No network: what was written before cannot be shown. Try again later.",
  noteNoCard: "Nothing is shared with you any more.",
  noteNoName: "No network: the name cannot be shown now. You can still write.",

  // queue and history
  historyTitle: "Scans today",
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
  rowUnreadable: "Unreadable",
  rowNote: "with note",
  rowOpen: "Open",
  rowsMore: (rows: number) => `Show ${rows} more`,
  motion: "Movement on the screen",
  cameraAuto: "Rear camera",
  lockNow: "Lock now",
  signOutTitle: "Sign out?",
  signOutWhy: "This phone forgets the event. To come back, you need a new joining QR.",
  signOutWait: (rows: number) =>
    rows === 1
      ? "1 entry is not sent yet. If you sign out now, it is lost."
      : `${rows} entries are not sent yet. If you sign out now, they are lost.`,
  signOutSend: "Send first",
  privacy: "Nothing about attendees is stored on this phone.",
  you: "You",

  // the end
  revokedTitle: "This phone was signed out",
  revokedWhy: "Your leader has ended its access. What still waits is being handed over.",
  wipedTitle: "Everything is deleted",
  wipedWhy:
    "This phone was signed out, here or by your leader. Nothing of the event is left on it. To scan again, you need a new joining QR.",
  wipedGo: "Join an event",
};
