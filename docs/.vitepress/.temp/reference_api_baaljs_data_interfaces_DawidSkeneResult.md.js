import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DawidSkeneResult","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/DawidSkeneResult.md","filePath":"reference/api/baaljs/data/interfaces/DawidSkeneResult.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/DawidSkeneResult.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-dawidskeneresult" tabindex="-1">Interface: DawidSkeneResult <a class="header-anchor" href="#interface-dawidskeneresult" aria-label="Permalink to &quot;Interface: DawidSkeneResult&quot;">​</a></h1><p>What a Dawid-Skene estimate says of items and of annotators.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-accuracy_a"></a> <code>accuracy_A</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>How often each annotator is right, over the classes as they are shared out.</td></tr><tr><td><a id="property-confusion_a_c_c"></a> <code>confusion_A_C_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>Row-major: how often annotator a answers l where the class is j.</td></tr><tr><td><a id="property-hasconverged"></a> <code>hasConverged</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>-</td></tr><tr><td><a id="property-loglikelihoods"></a> <code>logLikelihoods</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Of the answers under the estimates, after each step; without smoothing it never falls.</td></tr><tr><td><a id="property-probs_n_c"></a> <code>probs_N_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>Row-major: the probability of each class for each item. An item without an answer has the classes&#39; shares.</td></tr><tr><td><a id="property-shares_c"></a> <code>shares_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/DawidSkeneResult.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DawidSkeneResult = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DawidSkeneResult as default
};
