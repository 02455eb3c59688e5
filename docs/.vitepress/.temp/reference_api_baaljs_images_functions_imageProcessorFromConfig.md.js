import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: imageProcessorFromConfig()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/functions/imageProcessorFromConfig.md","filePath":"reference/api/baaljs/images/functions/imageProcessorFromConfig.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/functions/imageProcessorFromConfig.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-imageprocessorfromconfig" tabindex="-1">Function: imageProcessorFromConfig() <a class="header-anchor" href="#function-imageprocessorfromconfig" aria-label="Permalink to &quot;Function: imageProcessorFromConfig()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> imageProcessorFromConfig</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">config</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">, </span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">where</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> ImageProcessor</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>The image processor that a <code>preprocessor_config.json</code> describes, as transformers.js reads it: image classifiers&#39; fields, of old (<code>feature_extractor_type</code>) and new (<code>image_processor_type</code>) files. A size that is one number is read as Python&#39;s transformers does: a square, or the shorter edge for CLIP, ConvNeXT, MobileNet and others. An own field, <code>resize_like: &quot;pillow&quot;</code>, makes resizing that of Python&#39;s processors.</p><p>Throws <code>E_MODEL_FORMAT</code> for a file with fields of the wrong kind, or with steps that classifiers do not have (padding, ...).</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th><th>Default value</th></tr></thead><tbody><tr><td><code>config</code></td><td><code>unknown</code></td><td><code>undefined</code></td></tr><tr><td><code>where?</code></td><td><code>string</code></td><td><code>&quot;preprocessor_config.json&quot;</code></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/ImageProcessor.html"><code>ImageProcessor</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/functions/imageProcessorFromConfig.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const imageProcessorFromConfig = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  imageProcessorFromConfig as default
};
