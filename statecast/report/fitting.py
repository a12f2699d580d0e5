"""JavaScript that fits a chart into the window, for the report and the page of ``dvc plots``."""

# Widths follow the window, legends go below, long titles are broken, and panels side by side go one
# below the other, so that a chart fits a phone.
FITTED = r"""
const NARROW = 500;
const BESIDE = 120;
const LABELS = 130;
function broken(text, room) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = (lines.at(-1) + " " + word).trim();
    if (longer.length * 8 > room && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
function stacked(spec) {
  const facet = spec.facet;
  if (!facet?.column) return;
  if (facet.row) {
    const both = `datum['${facet.row.field}'] + ' / ' + datum['${facet.column.field}']`;
    spec.transform.push({calculate: both, as: "row_and_column"});
    facet.row.field = "row_and_column";
  } else {
    facet.row = {...facet.column, header: {...facet.column.header, labelAngle: 0}};
    facet.row.header.labelOrient = "top";
  }
  delete facet.column;
}
function fitted(spec, room, values) {
  const several = new Set(values.map(row => row.rev)).size > 1;
  const parts = spec.vconcat || [spec];
  for (const part of parts) {
    if (room < NARROW && (several || spec.vconcat)) stacked(part);
    const inner = part.spec || part;
    const names = inner.encoding?.y?.axis;
    const hasNames = room < NARROW && names?.labelLimit > LABELS;
    if (hasNames) names.labelLimit = LABELS;
    const beside = hasNames ? LABELS + 60 : BESIDE;
    if (typeof inner.width === "number") {
      inner.width = Math.max(140, Math.min(inner.width, room - beside));
    }
    const x = inner.encoding?.x;
    if (typeof x?.title === "string") x.title = broken(x.title, room - beside);
  }
  if (spec.title?.text) spec.title.text = broken(spec.title.text, room);
  spec.autosize = {type: "pad"};
  spec.config = {
    legend: {
      orient: "bottom",
      columns: room < NARROW ? 1 : 4,
      labelFontSize: 14,
      labelLimit: 260,
    },
    axis: {labelFontSize: 13, titleFontSize: 14},
    header: {labelFontSize: 13},
    title: {subtitleFontSize: 13},
  };
  return spec;
}
"""
