import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: energy()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/functions/energy.md","filePath":"reference/api/baaljs/heuristics/functions/energy.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/functions/energy.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-energy" tabindex="-1">Function: energy() <a class="header-anchor" href="#function-energy" aria-label="Permalink to &quot;Function: energy()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> energy</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">__namedParameters</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> Heuristic</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>The energy of the logits, as a score for items out of distribution (Liu et al. 2020, arXiv:2010.03759): <code>-T ln sum exp(z / T)</code>, averaged over the draws; high where no class has a high logit, which the softmax does not show. May be negative, and often is. Of labels that are each predicted by itself: <code>-T ln(1 + exp(z / T))</code>, summed over the labels (the joint energy of Wang et al. 2021, arXiv:2109.14162).</p><p>Throws <code>E_ARGUMENT</code> for a temperature that is not a positive number and, on scoring, for probabilities: the softmax has removed what the energy looks at.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>__namedParameters?</code></td><td><a href="./../interfaces/EnergyOptions.html"><code>EnergyOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/Heuristic.html"><code>Heuristic</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/functions/energy.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const energy = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  energy as default
};
