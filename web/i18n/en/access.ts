/** Signing in, one-time links, and who one is here. */
export const access = {
  email: "E-mail",
  name: "Name",
  password: "Password",
  newPassword: "New password",
  passwordRule: "At least 12 characters, of any kind.",
  show: "Show",
  hide: "Hide",
  you: "Signed in as {{name}}",
  signOut: "Sign out",
  signIn: {
    title: "Sign in",
    with: "Sign in with {{name}}",
    open: "Nobody signs in here: this console is open to everybody who can reach it.",
    goOn: "Go on to the console",
    setUp:
      "Nobody administers this console yet. The log of its first start has a one-time set-up link; `dapan access link` makes a new one.",
    lost: "Lost your password? An administrator can give you a link to set a new one.",
  },
  fault: {
    over: "This sign-in took more than ten minutes, was used already, or was begun in another browser. Begin again.",
    down: "The provider does not answer as it should. Try again in a moment; an administrator finds why in the log.",
    refused: "The provider let nobody in. Ask whoever runs it whether you may use this console.",
    unproven: "What the provider said proves nothing. An administrator finds why in the log.",
    emailTaken:
      "Somebody here has your e-mail already. If that is you, sign in the way you did before, and add the provider on the page of your account.",
    otherPerson: "This account of the provider belongs to somebody else here.",
    disabled: "Your account here is disabled. An administrator can enable it.",
    session: "You are not signed in any more as you were. Sign in, and add the provider again.",
    tooMany: "Too many tries from your address. Try again later.",
    proxy: "The proxy in front signed you in: sign out there.",
    id: "In the log: {{id}}",
  },
  link: {
    title: "Set a password",
    kinds: {
      "set-up": "Set up the first administrator",
      invite: "Welcome: set your password",
      reset: "Set a new password",
    },
    go: "Save and sign in",
  },
  failure: {
    none: "The server did not answer. Check the connection and try again.",
    wrong: "E-mail or password is not right.",
    over: "This link was used or is over. An administrator can give you a new one.",
    wait_one: "Too many tries. Try again in {{count}} second.",
    wait_other: "Too many tries. Try again in {{count}} seconds.",
    again: "You can try again now.",
    busy: "Too many people sign in at once. Try again in a moment.",
  },
};
