import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LoopStep","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LoopStep.md","filePath":"reference/api/baaljs/interfaces/LoopStep.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LoopStep.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-loopstep" tabindex="-1">Interface: LoopStep <a class="header-anchor" href="#interface-loopstep" aria-label="Permalink to &quot;Interface: LoopStep&quot;">​</a></h1><p>The items that a step picked, and labelled unless only asked to select.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><a href="./../strategies/interfaces/Selection.html"><code>Selection</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-candidates"></a> <code>candidates</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Dataset indices of the items that could have been picked.</td><td>-</td></tr><tr><td><a id="property-indices"></a> <code>indices</code></td><td><code>readonly</code></td><td><code>number</code>[]</td><td>Dataset indices in pick order.</td><td><a href="./../strategies/interfaces/Selection.html"><code>Selection</code></a>.<a href="./../strategies/interfaces/Selection.html#property-indices"><code>indices</code></a></td></tr><tr><td><a id="property-scores"></a> <code>scores</code></td><td><code>readonly</code></td><td><code>number</code>[]</td><td>The score of each picked item: the heuristic&#39;s, not the noisy keys that a random strategy ranks by.</td><td><a href="./../strategies/interfaces/Selection.html"><code>Selection</code></a>.<a href="./../strategies/interfaces/Selection.html#property-scores"><code>scores</code></a></td></tr><tr><td><a id="property-spent"></a> <code>spent?</code></td><td><code>readonly</code></td><td><a href="./DrawsSpent.html"><code>DrawsSpent</code></a></td><td>Of adaptive draws: what was spent of what all draws of all candidates would have cost.</td><td>-</td></tr><tr><td><a id="property-uncertainties"></a> <code>uncertainties?</code></td><td><code>readonly</code></td><td><code>Float64Array</code>&lt;<code>ArrayBufferLike</code>&gt;</td><td>Score of each candidate, in their order, where the strategy scored them one by one.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LoopStep.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LoopStep = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LoopStep as default
};
