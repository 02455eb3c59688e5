import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: FileBackedRowsOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/FileBackedRowsOptions.md","filePath":"reference/api/baaljs/data/interfaces/FileBackedRowsOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/FileBackedRowsOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-filebackedrowsoptions" tabindex="-1">Interface: FileBackedRowsOptions <a class="header-anchor" href="#interface-filebackedrowsoptions" aria-label="Permalink to &quot;Interface: FileBackedRowsOptions&quot;">​</a></h1><p>Options of <a href="./../classes/FileBackedRows.html">FileBackedRows</a>.open.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><code>CsvOptions</code></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-cachesize"></a> <code>cacheSize?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Most rows kept in memory. 1024 by default.</td><td>-</td></tr><tr><td><a id="property-delimiter"></a> <code>delimiter?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>Between the fields; a comma by default, a tab for <code>.tsv</code>, or what a first line <code>sep=;</code> says.</td><td><code>CsvOptions.delimiter</code></td></tr><tr><td><a id="property-quote"></a> <code>quote?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>What quotes fields that hold delimiters, quotes or line ends: one ASCII character, or <code>&quot;none&quot;</code> where quotes are ordinary characters. By default <code>&quot;</code>, with care: between tabs, a field that is not properly quoted is taken as it stands; elsewhere a quote that would swallow whole rows is refused.</td><td><code>CsvOptions.quote</code></td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/FileBackedRowsOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const FileBackedRowsOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  FileBackedRowsOptions as default
};
