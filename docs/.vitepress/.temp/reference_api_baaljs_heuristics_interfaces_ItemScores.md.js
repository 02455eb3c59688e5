import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ItemScores","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/ItemScores.md","filePath":"reference/api/baaljs/heuristics/interfaces/ItemScores.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/ItemScores.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-itemscores" tabindex="-1">Interface: ItemScores <a class="header-anchor" href="#interface-itemscores" aria-label="Permalink to &quot;Interface: ItemScores&quot;">​</a></h1><p>Scores of dataset items.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-indices"></a> <code>indices</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Dataset indices.</td></tr><tr><td><a id="property-scores"></a> <code>scores</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td><code>scores_N</code> in the order of <code>indices</code>; higher is sooner.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/ItemScores.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ItemScores = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ItemScores as default
};
