/** Pages for people who are not signed in, without the console around them: a shared report, sign-in, one-time links. */
export const isBare = (path: string): boolean => path.startsWith("/r/") || path === "/sign-in" || path === "/link";
