import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: WrittenReport","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/experiment/interfaces/WrittenReport.md","filePath":"reference/api/baaljs/experiment/interfaces/WrittenReport.md"}');
const _sfc_main = { name: "reference/api/baaljs/experiment/interfaces/WrittenReport.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-writtenreport" tabindex="-1">Interface: WrittenReport <a class="header-anchor" href="#interface-writtenreport" aria-label="Permalink to &quot;Interface: WrittenReport&quot;">​</a></h1><p>A report: its tables as text, its figures, its files.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-data"></a> <code>data</code></td><td><code>readonly</code></td><td><code>Readonly</code>&lt;<code>Record</code>&lt;<code>string</code>, <code>unknown</code>&gt;&gt;</td><td>-</td></tr><tr><td><a id="property-files"></a> <code>files</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Names of the files written, below the output folder.</td></tr><tr><td><a id="property-text"></a> <code>text</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The tables, for a terminal.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/experiment/interfaces/WrittenReport.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const WrittenReport = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  WrittenReport as default
};
