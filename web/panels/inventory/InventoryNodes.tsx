import { Switch } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { InventoryNode, InventoryView } from "../../../db/model/inventory.ts";
import { useFormat } from "../../lib/use-format.ts";
import { CardLink } from "../../parts/CardLink.tsx";
import { Cut } from "../../parts/Cut.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";

/** More rows are in the file. */
const MOST_ROWS = 200;
const MOST_CARDS = 3;

/** The nodes that differ from their declaration, worst first, with what the evidence says. */
export function InventoryNodes(props: {
  view: InventoryView;
  everyNode: boolean;
  onEveryNode: (every: boolean) => void;
}) {
  const { t } = useTranslation();
  const { nodes, nodesTotal, kube } = props.view;
  const shown = nodes.slice(0, MOST_ROWS);
  const failing = kube.filter((source) => source.error !== "");
  return (
    <PanelFrame
      title={t("inventory.nodes")}
      {...(kube.length === 0
        ? {}
        : { note: t("inventory.kube.asked", { sources: kube.map((k) => k.source).join(", ") }) })}
      actions={
        <>
          <Switch
            size="xs"
            label={t("inventory.everyNode")}
            checked={props.everyNode}
            onChange={(event) => props.onEveryNode(event.currentTarget.checked)}
          />
          <a className="button" href="/api/inventory-nodes.csv" download>
            CSV
          </a>
        </>
      }
    >
      {failing.map((source) => (
        <p key={source.source} className="inventory-note" role="status">
          {t("inventory.kube.failed", { source: source.source, why: source.error })}
        </p>
      ))}
      {shown.length === 0 ? (
        <div className="panel-empty">
          <p>{t("inventory.allThere")}</p>
        </div>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("inventory.nodes")}>
          <table className="plain inventory">
            <thead>
              <tr>
                <th>{t("inventory.column.node")}</th>
                <th>{t("inventory.column.model")}</th>
                <th className="num">{t("inventory.count.declared")}</th>
                <th className="num">{t("inventory.column.present")}</th>
                <th className="num">{t("inventory.count.silent")}</th>
                <th>{t("inventory.column.kube")}</th>
                <th>{t("inventory.column.says")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((node) => (
                <NodeRow key={`${node.poolId} ${node.node}`} node={node} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {nodesTotal > shown.length && (
        <p className="inventory-note">{t("inventory.moreNodes", { count: nodesTotal - shown.length })}</p>
      )}
    </PanelFrame>
  );
}

function NodeRow({ node }: { node: InventoryNode }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <tr>
      <th scope="row" className="mono">
        <Cut text={node.node} empty={t("inventory.namelessNode")} />
      </th>
      <td>
        <Cut text={node.model} empty={t("inventory.none")} />
      </td>
      <td className="num">
        {node.declared === null ? (
          <span className="muted">{t("inventory.notDeclared")}</span>
        ) : (
          format.count(node.declared)
        )}
      </td>
      <td className="num">{format.count(node.present)}</td>
      <td className="num">{format.count(node.silent)}</td>
      <td>
        <KubeSays node={node} />
      </td>
      <td className="inventory-says">
        {node.missing > 0 && (
          <Mark level="critical">
            {t("inventory.missing", { count: node.missing })}
            {node.hint !== null && `: ${t(`inventory.hint.${node.hint}`)}`}
          </Mark>
        )}
        {node.missing === 0 && node.hint !== null && <Mark level="warning">{t(`inventory.hint.${node.hint}`)}</Mark>}
        {node.ghost.length > 0 && <Mark level="warning">{t("inventory.ghost", { count: node.ghost.length })}</Mark>}
        <Cards uuids={[...node.gone, ...node.ghost]} />
      </td>
    </tr>
  );
}

/** Shape and colour; the words are the children. */
function Mark({ level, children }: { level: "critical" | "warning"; children: ReactNode }) {
  return (
    <span className="inventory-mark">
      <span className={`mark-${level}`} aria-hidden>
        {level === "critical" ? "■" : "▲"}
      </span>{" "}
      {children}
    </span>
  );
}

function KubeSays({ node }: { node: InventoryNode }) {
  const { t } = useTranslation();
  if (node.isReady === null && node.kubeCapacity === null)
    return <span className="muted">{t("inventory.kube.unsaid")}</span>;
  return (
    <>
      {node.isReady === false ? t("inventory.kube.notReady") : node.isReady === true ? t("inventory.kube.ready") : ""}
      {node.isUnschedulable === true && ` · ${t("inventory.kube.cordoned")}`}
      {node.kubeCapacity !== null &&
        ` · ${t("inventory.kube.capacity", { capacity: node.kubeCapacity, requested: node.kubeRequested ?? "?" })}`}
    </>
  );
}

function Cards({ uuids }: { uuids: readonly string[] }) {
  const { t } = useTranslation();
  if (uuids.length === 0) return null;
  return (
    <ul className="inventory-cards">
      {uuids.slice(0, MOST_CARDS).map((uuid) => (
        <li key={uuid}>
          <CardLink uuid={uuid} />
        </li>
      ))}
      {uuids.length > MOST_CARDS && (
        <li className="muted">{t("inventory.moreCards", { count: uuids.length - MOST_CARDS })}</li>
      )}
    </ul>
  );
}
