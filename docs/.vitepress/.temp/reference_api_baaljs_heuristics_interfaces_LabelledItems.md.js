import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelledItems","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/LabelledItems.md","filePath":"reference/api/baaljs/heuristics/interfaces/LabelledItems.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/LabelledItems.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelleditems" tabindex="-1">Interface: LabelledItems <a class="header-anchor" href="#interface-labelleditems" aria-label="Permalink to &quot;Interface: LabelledItems&quot;">​</a></h1><p>The items that have a label, and what is known about them.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-features"></a> <code>features?</code></td><td><code>readonly</code></td><td><a href="./Features.html"><code>Features</code></a></td><td>For a strategy that needs features; in the order of <code>indices</code>.</td></tr><tr><td><a id="property-indices"></a> <code>indices</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Dataset indices.</td></tr><tr><td><a id="property-predictions"></a> <code>predictions?</code></td><td><code>readonly</code></td><td><a href="./Predictions.html"><code>Predictions</code></a></td><td>For a strategy that needs predictions; in the order of <code>indices</code>.</td></tr><tr><td><a id="property-targetlists"></a> <code>targetLists?</code></td><td><code>readonly</code></td><td>readonly (readonly (<code>number</code> | <code>null</code>)[])[]</td><td>Of items with several labels (1, 0, or <code>null</code>: unknown) or numbers: a list for each, in the order of <code>indices</code>.</td></tr><tr><td><a id="property-targets"></a> <code>targets</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Class indices, in the order of <code>indices</code>; empty where items have <a href="#property-targetlists">targetLists</a>.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/LabelledItems.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelledItems = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelledItems as default
};
