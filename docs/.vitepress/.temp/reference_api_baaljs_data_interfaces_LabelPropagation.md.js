import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelPropagation","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/LabelPropagation.md","filePath":"reference/api/baaljs/data/interfaces/LabelPropagation.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/LabelPropagation.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelpropagation" tabindex="-1">Interface: LabelPropagation <a class="header-anchor" href="#interface-labelpropagation" aria-label="Permalink to &quot;Interface: LabelPropagation&quot;">​</a></h1><p>Labels that spread over a graph of nearest neighbours.</p><h2 id="methods" tabindex="-1">Methods <a class="header-anchor" href="#methods" aria-label="Permalink to &quot;Methods&quot;">​</a></h2><h3 id="fit" tabindex="-1">fit() <a class="header-anchor" href="#fit" aria-label="Permalink to &quot;fit()&quot;">​</a></h3><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">fit</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span></span>
<span class="line"><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">   features, </span></span>
<span class="line"><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">   labelled, </span></span>
<span class="line"><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">   options</span></span>
<span class="line"><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">): </span><span style="--shiki-light:#005CC5;--shiki-dark:#79B8FF;">Promise</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">&lt;</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">PropagatedLabels</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">&gt;</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Spreads the classes of some items to all. <code>features</code> has the labelled and the unlabelled items, <code>[N, D]</code>. Where targets are lists of 1, 0 and <code>null</code> (unknown), each label&#39;s yes and no spread by themselves, and its probability is the yes&#39;s share of what came of both.</p><p>Throws <code>E_DATA</code> when no item is labelled, <code>E_ARGUMENT</code> for a labelled item without features or labelled twice, or when the solver does not converge, <code>E_LABEL_UNKNOWN</code> for a class outside <code>0 .. classes - 1</code>, <code>E_ABORTED</code>.</p><h4 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h4><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>features</code></td><td><a href="./../../heuristics/interfaces/Features.html"><code>Features</code></a></td></tr><tr><td><code>labelled</code></td><td><a href="./PropagationLabels.html"><code>PropagationLabels</code></a></td></tr><tr><td><code>options</code></td><td><a href="./FitOptions.html"><code>FitOptions</code></a></td></tr></tbody></table><h4 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h4><p><code>Promise</code>&lt;<a href="./PropagatedLabels.html"><code>PropagatedLabels</code></a>&gt;</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/LabelPropagation.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelPropagation = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelPropagation as default
};
