import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: Selection","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/Selection.md","filePath":"reference/api/baaljs/strategies/interfaces/Selection.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/Selection.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-selection" tabindex="-1">Interface: Selection <a class="header-anchor" href="#interface-selection" aria-label="Permalink to &quot;Interface: Selection&quot;">​</a></h1><p>A picked batch, best first.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./../../interfaces/LoopStep.html"><code>LoopStep</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-indices"></a> <code>indices</code></td><td><code>readonly</code></td><td><code>number</code>[]</td><td>Dataset indices in pick order.</td></tr><tr><td><a id="property-scores"></a> <code>scores</code></td><td><code>readonly</code></td><td><code>number</code>[]</td><td>The score of each picked item: the heuristic&#39;s, not the noisy keys that a random strategy ranks by.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/Selection.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const Selection = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  Selection as default
};
