import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: SolveResult","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/SolveResult.md","filePath":"reference/api/baaljs/interfaces/SolveResult.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/SolveResult.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-solveresult" tabindex="-1">Interface: SolveResult <a class="header-anchor" href="#interface-solveresult" aria-label="Permalink to &quot;Interface: SolveResult&quot;">​</a></h1><p>What <a href="./../functions/solveLastLayer.html">solveLastLayer</a> came to.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-areclassesbalanced"></a> <code>areClassesBalanced</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>-</td></tr><tr><td><a id="property-classeswithitems"></a> <code>classesWithItems</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-hasconverged"></a> <code>hasConverged</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>-</td></tr><tr><td><a id="property-items"></a> <code>items</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Items that had a class.</td></tr><tr><td><a id="property-iterations"></a> <code>iterations</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-loss"></a> <code>loss</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Weighted mean cross-entropy of the items with the penalty, in nats (of several labels: summed over them); of numbers half the mean squares with it.</td></tr><tr><td><a id="property-pseudoweight"></a> <code>pseudoWeight</code></td><td><code>readonly</code></td><td><code>number</code></td><td>What an unlabelled item counted beside a labelled one, times its probability; 0: they had no part.</td></tr><tr><td><a id="property-sharpness"></a> <code>sharpness</code></td><td><code>readonly</code></td><td><code>number</code></td><td>What the logits are multiplied by where probabilities are shown (<code>isCalibrated</code>: the inverse of the model&#39;s temperature); 1: nothing.</td></tr><tr><td><a id="property-withnames"></a> <code>withNames</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Whether the names had a part.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/SolveResult.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SolveResult = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SolveResult as default
};
