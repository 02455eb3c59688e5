import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: StoppingCriterion","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/StoppingCriterion.md","filePath":"reference/api/baaljs/interfaces/StoppingCriterion.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/StoppingCriterion.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-stoppingcriterion" tabindex="-1">Interface: StoppingCriterion <a class="header-anchor" href="#interface-stoppingcriterion" aria-label="Permalink to &quot;Interface: StoppingCriterion&quot;">​</a></h1><p>Decides from the steps so far whether to go on. A pure function of the history, so that a resumed run decides as an uninterrupted one, and that asking twice changes nothing.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-name"></a> <code>name</code></td><td><code>readonly</code></td><td><code>string</code></td></tr></tbody></table><h2 id="methods" tabindex="-1">Methods <a class="header-anchor" href="#methods" aria-label="Permalink to &quot;Methods&quot;">​</a></h2><h3 id="reasontostop" tabindex="-1">reasonToStop() <a class="header-anchor" href="#reasontostop" aria-label="Permalink to &quot;reasonToStop()&quot;">​</a></h3><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">reasonToStop</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(history): string </span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">|</span><span style="--shiki-light:#005CC5;--shiki-dark:#79B8FF;"> undefined</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Why to stop after the last step of <code>history</code>, as a sentence for the log; <code>undefined</code> to go on. Throws <code>E_ARGUMENT</code> when a record lacks what it looks at.</p><h4 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h4><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>history</code></td><td>readonly <a href="./StepRecord.html"><code>StepRecord</code></a>[]</td></tr></tbody></table><h4 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h4><p><code>string</code> | <code>undefined</code></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/StoppingCriterion.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const StoppingCriterion = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  StoppingCriterion as default
};
