import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelErrorCandidate","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/LabelErrorCandidate.md","filePath":"reference/api/baaljs/data/interfaces/LabelErrorCandidate.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/LabelErrorCandidate.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelerrorcandidate" tabindex="-1">Interface: LabelErrorCandidate <a class="header-anchor" href="#interface-labelerrorcandidate" aria-label="Permalink to &quot;Interface: LabelErrorCandidate&quot;">​</a></h1><p>An item whose label looks wrong.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-given"></a> <code>given</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The class that the item is labelled as.</td></tr><tr><td><a id="property-index"></a> <code>index</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Dataset index.</td></tr><tr><td><a id="property-margin"></a> <code>margin</code></td><td><code>readonly</code></td><td><code>number</code></td><td><code>selfConfidence</code> less the largest probability of another class, in [-1, 1].</td></tr><tr><td><a id="property-selfconfidence"></a> <code>selfConfidence</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The probability of the given label.</td></tr><tr><td><a id="property-suggested"></a> <code>suggested</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The most probable other class.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/LabelErrorCandidate.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelErrorCandidate = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelErrorCandidate as default
};
