import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useActName } from "../../lib/use-act-name.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMe } from "../../lib/use-me.ts";
import { AskedInput } from "./AskedInput.tsx";
import { Decide } from "./Decide.tsx";
import { EffectAsked } from "./EffectAsked.tsx";
import type { Outputs } from "../../trpc.ts";

type Approval = Outputs["approvals"]["list"][number];

/** One change that waits: what, who, until when, why, and the decision where it is one's own. */
export function WaitingChange({ row, isNamed }: { row: Approval; isNamed: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actName = useActName();
  const me = useMe();
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isNamed) box.current?.scrollIntoView({ block: "nearest" });
  }, [isNamed]);
  return (
    <article ref={box} className={isNamed ? "approval approval-named" : "approval"}>
      <h3>
        <span>{actName(row.action)}</span>
        <span className="muted">#{row.id}</span>
      </h3>
      <p className="approval-said">
        {t("approvals.asked", { name: row.askedBy, time: format.dateTime(row.askedAt) })}{" "}
        <span className="muted">{t("approvals.until", { time: format.dateTime(row.expiresAt) })}</span>
      </p>
      <p className="approval-said">
        {row.reason === "" ? <span className="muted">{t("approvals.noReason")}</span> : <bdi>{row.reason}</bdi>}
      </p>
      <AskedInput row={row} />
      {row.mayDecide && <EffectAsked id={row.id} action={row.action} />}
      {row.mayDecide ? (
        <Decide row={row} />
      ) : (
        <p className="muted">{t(me?.name === row.askedBy ? "approvals.own" : "approvals.notYours")}</p>
      )}
    </article>
  );
}
