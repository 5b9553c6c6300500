import type { ReportBlock, ReportDocument, ReportFigure } from "../../../db/model/report-document.ts";
import { ErrorBoundary } from "../../parts/ErrorBoundary.tsx";
import { ReportChartBlock } from "./ReportChartBlock.tsx";
import { ReportTableBlock } from "./ReportTableBlock.tsx";
import { Shape } from "./Verdict.tsx";

/** Where the files of a report lie: "/api/reports/7" or "/api/shared/<token>"; `language` goes with each. */
export type ReportFiles = { readonly base: string; readonly language: ReportDocument["language"] };

export const anchorOf = (id: string): string => `report-${id}`;

/** A report as paper: cover, sections, blocks. Every text is data and stands as text. */
export function ReportPaper({ document, files }: { document: ReportDocument; files: ReportFiles }) {
  return (
    <article className="paper" lang={document.language}>
      <header className="paper-cover">
        <h1>{document.title}</h1>
        <p className="paper-headline">{document.headline}</p>
        {document.supersedes !== "" && <p className="paper-supersedes">{document.supersedes}</p>}
        <dl className="paper-facts">
          {document.facts.map(({ label, text }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </header>
      {document.sections.map((section) => (
        <section key={section.id} aria-labelledby={anchorOf(section.id)}>
          <h2 id={anchorOf(section.id)} tabIndex={-1}>
            {section.title}
          </h2>
          {section.blocks.map((block, i) => (
            // Blocks have no name of their own and never move within a made report.
            <ErrorBoundary key={`${section.id} ${i}`} what={section.title}>
              <Block block={block} language={document.language} files={files} />
            </ErrorBoundary>
          ))}
        </section>
      ))}
    </article>
  );
}

function Block(props: { block: ReportBlock; language: ReportDocument["language"]; files: ReportFiles }) {
  const { block } = props;
  switch (block.kind) {
    case "text":
      return (
        <p>
          <Shape tone={block.tone} /> {block.text}
        </p>
      );
    case "list":
      return (
        <ul className="paper-list">
          {block.items.map((item, i) => (
            <li key={`${i} ${item.text}`}>
              <Shape tone={item.tone} /> {item.text}
            </li>
          ))}
        </ul>
      );
    case "figures":
      return <Figures items={block.items} />;
    case "chart":
      return <ReportChartBlock block={block} language={props.language} />;
    case "table":
      return <ReportTableBlock table={block} files={props.files} />;
  }
}

function Figures({ items }: { items: readonly ReportFigure[] }) {
  return (
    <dl className="paper-figures">
      {items.map((item) => (
        <div key={item.label}>
          <dt>{item.label}</dt>
          <dd>
            <span className="paper-figure">
              <Shape tone={item.tone} /> {item.text}
            </span>
            {item.delta !== "" && <span className="paper-delta">{item.delta}</span>}
            {item.why !== "" && <span className="paper-why">{item.why}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
