import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PropagatedLabels","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/PropagatedLabels.md","filePath":"reference/api/baaljs/data/interfaces/PropagatedLabels.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/PropagatedLabels.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-propagatedlabels" tabindex="-1">Interface: PropagatedLabels <a class="header-anchor" href="#interface-propagatedlabels" aria-label="Permalink to &quot;Interface: PropagatedLabels&quot;">​</a></h1><p>The labels that spread to each item.</p><h2 id="methods" tabindex="-1">Methods <a class="header-anchor" href="#methods" aria-label="Permalink to &quot;Methods&quot;">​</a></h2><h3 id="predict" tabindex="-1">predict() <a class="header-anchor" href="#predict" aria-label="Permalink to &quot;predict()&quot;">​</a></h3><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">predict</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(indices</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;"> Predictions;</span></span></code></pre></div><p>Probabilities <code>[n, C, 1]</code> of the items with these dataset indices; by default of those without a label (of labels by themselves: of which not all are known), in the order of the features. Items that no label reaches have 1/C for each class, labels by themselves 0.5. Throws <code>E_ARGUMENT</code> for an item that had no features.</p><h4 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h4><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>indices?</code></td><td>readonly <code>number</code>[]</td></tr></tbody></table><h4 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h4><p><a href="./../../heuristics/interfaces/Predictions.html"><code>Predictions</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/PropagatedLabels.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PropagatedLabels = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PropagatedLabels as default
};
