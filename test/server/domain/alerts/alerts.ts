import { advance } from "../../../../server/domain/alerts/advance.ts";
import { fingerprintOf } from "../../../../server/domain/alerts/fingerprint.ts";
import { noticeOf } from "../../../../server/domain/alerts/notice.ts";
import { speak } from "../../../../server/domain/alerts/speak.ts";

/** What the laws judge; a mutant replaces one part by a wrong one. */
export type Alerts = {
  readonly advance: typeof advance;
  readonly speak: typeof speak;
  readonly fingerprintOf: typeof fingerprintOf;
  readonly noticeOf: typeof noticeOf;
};
export const REAL: Alerts = { advance, speak, fingerprintOf, noticeOf };
